/** What the page says about each method. How a method is computed is the engine's business (`src/engine/methods`). */
import type { ClassScore } from './scores.ts';

export type MethodId = 'grad-cam' | 'fast-ablation-cam' | 'ablation-cam';

export interface MethodInfo {
  readonly id: MethodId;
  /** The figure's name, as people and scripts find it. */
  readonly title: string;
  /** The name in heatmap JSON and in file names. */
  readonly slug: string;
  /** One plain sentence. */
  readonly summary: string;
  readonly source: string;
  /** The unit of the map's values, by score. */
  readonly unit: { readonly logit: string; readonly probability: string };
}

export const METHODS: readonly MethodInfo[] = [
  {
    id: 'grad-cam',
    title: 'Grad-CAM',
    slug: 'grad-cam',
    summary: 'Adds up the layer’s channels, each weighted by the mean gradient of the class score over its cells.',
    source: 'Selvaraju et al., Grad-CAM, ICCV 2017, section 3',
    unit: { logit: 'gradient-weighted activation (logit)', probability: 'gradient-weighted activation (probability)' },
  },
  {
    id: 'fast-ablation-cam',
    title: 'FastAblationCAM',
    slug: 'fast-ablation-cam',
    summary: 'Silences all channels at one cell, runs the rest of the network, and shows how far the class score drops.',
    source: 'FastAblationCAM: depthwise ablation, after Desai & Ramaswamy, Ablation-CAM, WACV 2020',
    unit: { logit: 'drop in logit', probability: 'drop in probability' },
  },
  {
    id: 'ablation-cam',
    title: 'Ablation-CAM',
    slug: 'ablation-cam',
    summary: 'Silences one channel at a time, and adds up the channels, each weighted by the share of the class score that went with it.',
    source: 'Desai & Ramaswamy, Ablation-CAM, WACV 2020, section 3',
    unit: { logit: 'activation weighted by share of logit', probability: 'activation weighted by share of probability' },
  },
];

/** What a first visit shows: the reference that everybody knows, and the method that this is about. */
export const DEFAULT_METHODS: readonly MethodId[] = ['grad-cam', 'fast-ablation-cam'];

/** The entry of `METHODS` with this id. */
export function methodInfo(id: MethodId): MethodInfo {
  const found = METHODS.find((method) => method.id === id);
  if (!found) throw new RangeError(`unknown method ${id}`);
  return found;
}

/** The unit of the values of a map that explains this score. */
export function unitOf(info: MethodInfo, { kind, versus }: ClassScore): string {
  return versus === null ? info.unit[kind] : `${info.unit[kind]} difference`;
}
