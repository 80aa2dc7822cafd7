/** What a person can choose of an explanation, as text: in the page's URL, and on the command line. */
import type { DisplaySettings } from '../core/maps/display.ts';
import { type AblationValue, CHANNEL_VALUES, type ChannelValue, NAMED_VALUES } from '../explain/ablation-plan.ts';
import { DEFAULT_SWEEP, HIDDEN_VALUES, type HiddenValue, type SweepSettings } from '../explain/input/input-settings.ts';
import { METHODS, type MethodId } from '../explain/methods/list.ts';
import type { ChosenScore, Rival } from '../explain/target.ts';

/** Channels are ablated as pytorch-grad-cam does it, where that can be done: before a BatchNorm zero is no neutral value. */
export const DEFAULT_SETTINGS: SweepSettings = { ...DEFAULT_SWEEP, channelValue: 'after-relu' };

export const DEFAULT_DISPLAY: DisplaySettings = {
  colormap: 'blue-white-red',
  sign: 'signed',
  opacity: 0.55,
  contrast: 'zero-to-max',
  cells: 'smooth',
  content: 'overlay',
};

export const SIGNS = ['positive', 'signed'] as const;
export const CONTRASTS = ['zero-to-max', 'min-to-max', 'shared'] as const;
export const CELLS = ['smooth', 'crisp'] as const;
export const CONTENTS = ['overlay', 'heatmap'] as const;

export function oneOf<Value extends string>(known: readonly Value[], value: unknown): Value | null {
  return known.find((candidate) => candidate === value) ?? null;
}

export function asScore(value: unknown): ChosenScore | null {
  return oneOf(['logit', 'probability'], value);
}

/** By how much ablated activations are multiplied at the most. */
export const MAX_FACTOR = 100;

/** Beyond this no layer has cells. */
export const MAX_CELLS = 512;

/** The side or step of a window, in cells. */
export function asCells(text: string): number | null {
  return wholeNumber(text, 1, MAX_CELLS);
}

/** Images that networks take are not larger. */
export const MAX_PIXELS = 4096;
/** As many masks as the scores of a thousand classes leave room for. */
export const MIN_MASKS = 10;
export const MAX_MASKS = 10_000;
export const MAX_SEED = 999_999;

function wholeNumber(text: string, least: number, most: number): number | null {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return number >= least && number <= most ? number : null;
}

/** The side or step of a patch, in pixels of the network's input. */
export function asPixels(text: string): number | null {
  return wholeNumber(text, 1, MAX_PIXELS);
}

export function asHiddenValue(text: string): HiddenValue | null {
  return oneOf(HIDDEN_VALUES, text);
}

export function asMaskCount(text: string): number | null {
  return wholeNumber(text, MIN_MASKS, MAX_MASKS);
}

export function asSeed(text: string): number | null {
  return wholeNumber(text, 0, MAX_SEED);
}

/** What ablated activations are replaced with: a factor, or one of the names. */
export function asAblationValue(text: string): AblationValue | null {
  const name = oneOf(NAMED_VALUES, text);
  if (name) return name;
  const factor = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(factor) && Math.abs(factor) <= MAX_FACTOR ? factor : null;
}

/** What ablated channels become. */
export function asChannelValue(text: string): ChannelValue | null {
  return CHANNEL_VALUES.find((value) => String(value) === text) ?? null;
}

/** What a class is held against, by its name or number. */
export function asRival(classNames: readonly string[], text: string): Rival | null {
  return classNamed(classNames, text) ?? (text === 'look-alikes' ? text : null);
}

/**
 * Names of methods, separated by commas, in the order in which figures stand.
 *
 * @param most how many there may be
 */
export function asMethods(text: string, most: number): readonly MethodId[] | null {
  const names = text.split(',');
  const methods = METHODS.map(({ id }) => id).filter((id) => names.includes(id));
  return methods.length > 0 && methods.length <= most && methods.length === names.length ? methods : null;
}

/** The class that somebody means: its name, or its number. Null when the model has no such class. */
export function classNamed(classNames: readonly string[], text: string): number | null {
  const byName = classNames.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (byName >= 0) return byName;
  const index = /^\d+$/.test(text) ? Number(text) : -1;
  return index in classNames ? index : null;
}
