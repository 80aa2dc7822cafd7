/**
 * The downloadable form of a map: everything needed to use its numbers elsewhere. The fields and their order are a promise
 * (docs/interface.md).
 */

import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { AblationValue } from './ablation-plan.ts';
import type { ScoreKind } from './target.ts';

export interface NamedClass {
  readonly index: number;
  readonly name: string;
}

export interface HeatmapContext {
  readonly method: string;
  readonly model: string;
  readonly layer: string;
  /** Null, as its score, for methods that know no class. */
  readonly class: NamedClass | null;
  readonly score: ScoreKind | null;
  /** The intact network's score of the class. */
  readonly baseline: number | null;
  readonly map: SaliencyMap;
  /** In cells; null for methods that ablate nothing. */
  readonly window: number | null;
  readonly stride: number | null;
  readonly value: AblationValue | null;
  /** The class whose score was taken off, or those of which a mean was. */
  readonly versus: NamedClass | readonly NamedClass[] | null;
  readonly input: { readonly name: string; readonly width: number; readonly height: number };
  readonly backend: string;
  /** The method's own time; null for a map that was put together from others. */
  readonly durationMs: number | null;
  /** The forward pass that it starts from. */
  readonly forwardMs: number | null;
  /** What a map was put together from; other maps have none. */
  readonly made?: object;
}

/** JSON text; `values` are rows of raw, signed numbers. */
export function heatmapJson({ map, ...context }: HeatmapContext): string {
  const { method, model, layer, class: explained, score, baseline, window, stride, value, versus, input, backend } = context;
  const rows = Array.from({ length: map.rows }, (_, row) => Array.from(map.values.subarray(row * map.columns, (row + 1) * map.columns)));
  const fields = {
    method,
    model,
    layer,
    class: explained,
    score,
    baseline,
    shape: [map.rows, map.columns],
    values: rows,
    window,
    stride,
    value,
    versus,
  };
  const [durationMs, forwardMs] = [context.durationMs, context.forwardMs].map((time) => time && Math.round(time));
  const { made } = context;
  return `${JSON.stringify({ ...fields, input, backend, durationMs, forwardMs, ...(made && { made }) }, null, 2)}\n`;
}
