/** Max-sensitivity of maps: every method explains the image again and again while its input changes a little, one request for each change. */
import { relativeChange, turnedTowards } from '../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import type { Subject } from '../explain/methods/method.ts';
import { isSensitivityWanted, type SensitivitySettings, sensitivityChanges } from '../metrics/max-sensitivity.ts';
import type { Engine } from '../protocol/engine.ts';
import { explainWhole, type WholeRequest } from './explain-whole.ts';

/** A method that it is measured of. */
export interface SensitiveMethod {
  readonly id: MethodId;
  /** What one change comes to, in forward passes: the first one of them is run for all methods. */
  readonly passes: number;
}

/** @param passesOf one explanation, from nothing to the whole map, in forward passes */
export function sensitiveMethods(
  methods: readonly MethodId[],
  settings: SensitivitySettings | undefined,
  passesOf: (id: MethodId) => number,
): readonly SensitiveMethod[] {
  const wanted = settings ? methods.filter((id) => isSensitivityWanted(settings, passesOf(id))) : [];
  return wanted.map((id) => ({ id, passes: passesOf(id) - 1 + 1 / wanted.length }));
}

/** What all changes of these methods come to, in forward passes. */
export function sensitivityPasses(methods: readonly SensitiveMethod[], settings: SensitivitySettings | undefined): number {
  return (settings?.samples ?? 0) * methods.reduce((sum, { passes }) => sum + passes, 0);
}

/** A map of the image as it is, and by how much it changed with the first changes: those are not made again. */
interface SensitiveMap {
  readonly id: MethodId;
  readonly map: SaliencyMap;
  readonly changes: readonly number[];
}

export interface SensitivityRequest {
  readonly request: WholeRequest;
  readonly subject: Pick<Subject, 'score' | 'ablation'>;
  readonly settings: SensitivitySettings;
  readonly maps: readonly SensitiveMap[];
}

/** What is told on the way. */
export interface SensitivityEvents {
  /** How much of one map is there, 0 to 1. */
  onShare(id: MethodId, share: number): void;
  /** By how much a map changed with all changes up to now. */
  onChange(id: MethodId, changes: readonly number[]): void;
}

/**
 * Change by change, so that what methods have in common is computed once for each.
 *
 * @throws AppError, or the signal's reason when cancelled
 */
export async function measureSensitivity(
  engine: Engine,
  { request, subject, settings, maps }: SensitivityRequest,
  { onShare, onChange }: SensitivityEvents,
  signal: AbortSignal,
): Promise<void> {
  const known = new Map(maps.map(({ id, changes }) => [id, changes]));
  for (const [i, change] of sensitivityChanges(settings).entries()) {
    for (const { id, map } of maps) {
      const before = known.get(id) ?? [];
      if (before.length > i) continue;
      const result = await explainWhole(engine, { ...request, change }, id, subject, signal, (share) => onShare(id, share));
      signal.throwIfAborted();
      if (!result) throw new RangeError(`the engine has no map by ${id}`);
      const { mapOf, isSignChosen } = methodOf(id);
      const changed = mapOf(result, subject.score, null).map;
      const changes = [...before, relativeChange(map, isSignChosen ? turnedTowards(map, changed) : changed)];
      known.set(id, changes);
      onChange(id, changes);
    }
  }
}
