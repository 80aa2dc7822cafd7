/** One image of a set: what the network says of it, the maps, and what they are worth. */

import type { Size } from '../core/images/geometry.ts';
import type { Grid } from '../core/maps/grid.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { ModelCard } from '../core/models/model-card.ts';
import { classNamesFor } from '../core/models/output-names.ts';
import { randomMap } from '../core/statistics/random.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import { type ClassScore, scoreOf } from '../explain/target.ts';
import type { Result } from '../explain/work.ts';
import type { MapMeasures } from '../metrics/measures.ts';
import { RANDOM_MAP } from '../metrics/random-map.ts';
import { hasRanking } from '../metrics/ranking.ts';
import { leftShare, type Removal, type RemovedScores } from '../metrics/removal.ts';
import { type MetricScores, metricScores } from '../metrics/scores.ts';
import type { SetResult } from '../metrics/set-result.ts';
import type { Engine, ModelInfo } from '../protocol/engine.ts';
import type { ImageInput } from '../protocol/explain.ts';
import { type KeptSet, labelOf } from '../protocol/kept-set.ts';
import { bestScore, explainWhole, logitsOf } from './explain-whole.ts';
import { measureSensitivity, sensitiveMethods } from './max-sensitivity.ts';

/** The same random map for the same image, whenever it is measured: it need not be kept. */
export function randomMapFor(path: string, grid: Grid): SaliencyMap {
  const seed = [...path].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
  return randomMap(grid, seed);
}

/** An image of a set, and what is asked of the engine about it. */
export interface SetSubject {
  readonly set: KeptSet;
  readonly card: Pick<ModelCard, 'reading' | 'givenNames'>;
  readonly info: ModelInfo;
  readonly path: string;
  readonly pixels: ImageInput['pixels'];
  /** Of the image, in its own pixels. */
  readonly size: Size;
  readonly budgetBytes: number;
  /** What `removedScoresOf` found, where it was asked. */
  readonly removedScores?: RemovedScores | undefined;
  /** Is told each map as it is found, for whoever writes it down. */
  readonly onMap?: (map: SetMap) => void;
}

/** A map of an image of a set, with what it is a map of. */
export interface SetMap {
  readonly method: MethodId;
  readonly result: Result;
  readonly score: ClassScore;
  /** The intact network's, `[classes]`. */
  readonly logits: Float32Array;
}

/** The class that is best for the image is explained and followed; of numbers the largest. */
async function scoresOf(engine: Engine, { set, card, path, pixels, budgetBytes }: SetSubject, signal: AbortSignal) {
  const image = { id: `set:${path}${set.isStretched ? ', stretched' : ''}`, pixels };
  const request = { image, preprocessing: set.preprocessing, layer: set.layer, budgetBytes };
  const logits = await logitsOf(engine, request, signal);
  // What the outputs mean may have been changed since the set was begun.
  const score = bestScore(logits, set.reading ?? card.reading);
  const followed: ClassScore = score.kind === 'value' ? score : { ...score, kind: 'probability' };
  return { request, logits, score, followed };
}

/**
 * What is left of the image's probability under every replacement; null where nothing was found out.
 *
 * @throws AppError, or the signal's reason when cancelled
 */
export async function removedScoresOf(engine: Engine, subject: SetSubject, signal: AbortSignal): Promise<RemovedScores | null> {
  const { request, logits, followed } = await scoresOf(engine, subject, signal);
  const settings = { ...subject.set.settings, replacement: 'auto' } as const;
  const removals: Removal[] = [];
  await engine.measure(
    { ...request, score: followed, maps: [], settings, known: { intact: scoreOf(logits, followed), removed: {} } },
    (event) => {
      if (event.kind === 'removal') removals.push(event.removal);
    },
    signal,
  );
  return removals[0] ?? null;
}

/** All maps of a set together: more would weigh on the page. */
const MOST_VALUES = 20e6;

function keepsMaps({ paths }: KeptSet, maps: readonly { readonly map: SaliencyMap }[]): boolean {
  return paths.length * maps.reduce((sum, { map }) => sum + map.values.length, 0) <= MOST_VALUES;
}

/** @throws AppError, or the signal's reason when cancelled */
export async function measureSetImage(engine: Engine, subject: SetSubject, signal: AbortSignal): Promise<SetResult> {
  const { set, card, info, path, size } = subject;
  const { request, logits, score, followed } = await scoresOf(engine, subject, signal);
  const { classIndex, reading } = score;
  const isNumber = reading === 'number';
  const names = classNamesFor(card.givenNames, logits.length, reading);
  const own: { id: MethodId; map: SaliencyMap }[] = [];
  for (const id of set.methods) {
    const result = await explainWhole(engine, request, id, { score, ablation: set.ablation }, signal);
    if (!result) continue;
    subject.onMap?.({ method: id, result, score, logits });
    own.push({ id, map: methodOf(id).mapOf(result, score, null).map });
  }
  const [first] = own;
  const maps = first ? [...own, { id: RANDOM_MAP.id, map: randomMapFor(path, first.map) }] : [];
  const scores: Record<string, MetricScores> = Object.fromEntries(maps.map(({ id }) => [id, metricScores(null, null, reading)]));
  const ranked = maps.filter(({ map }) => hasRanking(map));
  const settings = { ...set.settings, replacement: set.chosen?.replacement ?? set.settings.replacement };
  let left: number | null = null;
  const measured = new Map<string, MapMeasures>();
  const found = new Map<string, readonly number[]>();
  const known = { intact: scoreOf(logits, followed), removed: subject.removedScores?.removed ?? {} };
  await engine.measure(
    { ...request, score: followed, maps: ranked, settings, known },
    (event) => {
      if (event.kind === 'removal') left = leftShare(event.removal, event.removal.replacement);
      else if (event.kind === 'measured') measured.set(event.id, event.measures);
    },
    signal,
  );
  const { sensitivity } = set.settings;
  // Whose maps it is measured of depends on what they cost.
  const planned = sensitivity ? { ...info, ...(await engine.planLayers(signal)) } : info;
  const layer = planned.layers.find(({ name }) => name === set.layer);
  if (sensitivity && layer) {
    const passesOf = (id: MethodId) => methodOf(id).cost(layer, set.ablation, planned).passes;
    const sensitive = sensitiveMethods(set.methods, sensitivity, passesOf);
    const asked = own.filter(({ id }) => measured.has(id) && sensitive.some((method) => method.id === id));
    const about = {
      request,
      subject: { score, ablation: set.ablation },
      settings: sensitivity,
      maps: asked.map(({ id, map }) => ({ id, map, changes: [] })),
    };
    await measureSensitivity(engine, about, { onShare() {}, onChange: (id, changes) => found.set(id, changes) }, signal);
  }
  for (const [id, measures] of measured) scores[id] = metricScores({ ...measures, changes: found.get(id) ?? [] }, null, reading);
  return {
    path,
    // A number is not named right or wrong.
    label: isNumber ? null : labelOf(path, names),
    predicted: names[classIndex] ?? '',
    probability: isNumber ? null : scoreOf(logits, followed),
    value: isNumber ? scoreOf(logits, followed) : null,
    left,
    ...(keepsMaps(set, maps) && {
      maps: Object.fromEntries(own.map(({ id, map }) => [id, map])),
    }),
    size,
    scores,
  };
}
