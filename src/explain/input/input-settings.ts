/** What a person can choose about methods that change the image itself, in the form in which the network takes it. */
import type { Grid } from '../../core/maps/grid.ts';
import { type AblationSettings, DEFAULT_ABLATION, fitsGrid } from '../ablation-plan.ts';

/** What hidden pixels become: each channel's mean over the image, or the image blurred. */
export type HiddenValue = 'mean' | 'blur';

export const HIDDEN_VALUES = ['mean', 'blur'] as const satisfies readonly HiddenValue[];

/** Sides and steps in pixels of the network's input. */
export interface OcclusionSettings {
  /** Null: what suits the input's size. */
  readonly patch: number | null;
  /** Null: half a patch. */
  readonly stride: number | null;
  readonly value: HiddenValue;
}

/** How many random masks there are, and the seed that they are drawn from. */
export interface MaskSettings {
  readonly count: number;
  readonly seed: number;
}

/** Everything that a person can choose about what is run many times: cells of a layer, patches of the image, masks over it. */
export interface SweepSettings extends AblationSettings {
  readonly occlusion: OcclusionSettings;
  readonly rise: MaskSettings;
}

export const DEFAULT_SWEEP: SweepSettings = {
  ...DEFAULT_ABLATION,
  occlusion: { patch: null, stride: null, value: 'mean' },
  rise: { count: 2000, seed: 1 },
};

/** Patches of this share of the input's longer side hide a part of an object, and leave a map that can be read. */
const PATCHES_ALONG_A_SIDE = 7;

/** The side of a patch and its stride, in pixels of an input of this size. */
export function patchSize(
  { rows, columns }: Grid,
  { patch, stride }: OcclusionSettings,
): { readonly patch: number; readonly stride: number } {
  const side = patch ?? Math.max(1, Math.round(Math.max(rows, columns) / PATCHES_ALONG_A_SIDE));
  return { patch: side, stride: stride ?? Math.max(1, Math.round(side / 2)) };
}

/** The same as windows over the input, whose pixels are its cells. */
export function patchWindows(input: Grid, settings: OcclusionSettings): AblationSettings {
  const { patch, stride } = patchSize(input, settings);
  return { window: patch, stride, value: settings.value };
}

/** Whether there is more than one patch, and none that hides the whole image: otherwise there is nothing to compare. */
export function patchesFit(input: Grid, settings: OcclusionSettings): boolean {
  return fitsGrid(input, patchWindows(input, settings));
}
