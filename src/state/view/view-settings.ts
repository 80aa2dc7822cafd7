/** The view's settings: what they are at first, and how they are read from places that may hold anything. */
import * as v from 'valibot';
import { COLORMAPS } from '../../core/maps/colormap.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { AblationValue, ChannelValue } from '../../explain/ablation-plan.ts';
import type { SweepOrder } from '../../explain/estimate.ts';
import { DEFAULT_SWEEP, type HiddenValue, type SweepSettings } from '../../explain/input/input-settings.ts';
import { METHODS, type MethodId, MOST_SHOWN } from '../../explain/methods/list.ts';
import type { ChosenScore, Rival } from '../../explain/target.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { DrawerTab, Theme } from './view-state.ts';

export const DEFAULT_DRAWER = { tab: 'cells', isOpen: false } as const;

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

const SIGNS = ['positive', 'signed'] as const;
const CONTRASTS = ['zero-to-max', 'min-to-max', 'shared'] as const;
const CELLS = ['smooth', 'crisp'] as const;
const CONTENTS = ['overlay', 'heatmap'] as const;
const ORDERS = ['largest-first', 'coarse-first'] as const;
const TABS = [
  'cells',
  'across-layers',
  'measure',
  'agreement',
  'sanity-check',
  'stability',
  'dataset',
] as const satisfies readonly DrawerTab[];
const THEMES = ['system', 'light', 'dark'] as const;

function oneOf<Value extends string>(known: readonly Value[], value: unknown): Value | null {
  return known.find((candidate) => candidate === value) ?? null;
}

export function asScore(value: unknown): ChosenScore | null {
  return oneOf(['logit', 'probability'], value);
}

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
  return oneOf(['mean', 'blur'], text);
}

export function asMaskCount(text: string): number | null {
  return wholeNumber(text, MIN_MASKS, MAX_MASKS);
}

export function asSeed(text: string): number | null {
  return wholeNumber(text, 0, MAX_SEED);
}

/** What ablated activations are replaced with: a factor, or one of the names. */
export function asAblationValue(text: string): AblationValue | null {
  const name = oneOf(['mean', 'blur', 'after-relu'], text);
  if (name) return name;
  const factor = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(factor) && Math.abs(factor) <= 100 ? factor : null;
}

/** What ablated channels become. */
export function asChannelValue(text: string): ChannelValue | null {
  return text === '0' ? 0 : text === 'after-relu' ? text : null;
}

/** What a class is held against, by its name or number. */
export function asRival(classNames: readonly string[], text: string): Rival | null {
  return classNamed(classNames, text) ?? (text === 'look-alikes' ? text : null);
}

/** Names of methods, separated by commas, in the order in which figures stand; no more than are shown at once. */
export function asMethods(text: string): readonly MethodId[] | null {
  const names = text.split(',');
  const methods = METHODS.map(({ id }) => id).filter((id) => names.includes(id));
  return methods.length > 0 && methods.length <= MOST_SHOWN && methods.length === names.length ? methods : null;
}

function isMemoryMb(megabytes: number): boolean {
  return Number.isInteger(megabytes) && megabytes >= MIN_MEMORY_MB && megabytes <= MAX_MEMORY_MB;
}

export function asBackend(value: unknown): BackendName | null {
  return oneOf(['webgpu', 'wasm', 'cpu'], value);
}

/** The least and the most that a person can allow for a batch, in megabytes. */
export const MIN_MEMORY_MB = 4;
export const MAX_MEMORY_MB = 4096;

export interface Preferences {
  readonly display: DisplaySettings;
  readonly theme: Theme;
  readonly order: SweepOrder;
  readonly memoryMb: number | null;
  readonly isIntroShown: boolean;
  readonly keepsImages: boolean;
  readonly drawer: { readonly tab: DrawerTab; readonly isOpen: boolean };
}

/** What of the view outlives the visit. */
export function preferencesOf({ view }: { readonly view: Preferences }): Preferences {
  const { display, theme, order, memoryMb, isIntroShown, keepsImages, drawer } = view;
  return { display, theme, order, memoryMb, isIntroShown, keepsImages, drawer };
}

/** Former versions had a scale of each figure's own, or one for all, in place of a contrast. */
function withContrast(stored: unknown): unknown {
  const isFormer = typeof stored === 'object' && stored !== null && 'scale' in stored && !('contrast' in stored);
  return isFormer && stored.scale === 'shared' ? { ...stored, contrast: 'shared' } : stored;
}

/** Stored preferences, with a default in place of everything that is missing or makes no sense. */
const StoredPreferences = v.object({
  theme: v.fallback(v.picklist(THEMES), 'system'),
  order: v.fallback(v.picklist(ORDERS), 'largest-first'),
  isIntroShown: v.fallback(v.boolean(), true),
  keepsImages: v.fallback(v.boolean(), true),
  drawer: v.fallback(v.object({ tab: v.picklist(TABS), isOpen: v.boolean() }), DEFAULT_DRAWER),
  memoryMb: v.fallback(v.nullable(v.pipe(v.number(), v.check(isMemoryMb))), null),
  display: v.fallback(
    v.pipe(
      v.unknown(),
      v.transform(withContrast),
      v.object({
        colormap: v.fallback(v.picklist(COLORMAPS.map(({ id }) => id)), DEFAULT_DISPLAY.colormap),
        sign: v.fallback(v.picklist(SIGNS), DEFAULT_DISPLAY.sign),
        contrast: v.fallback(v.picklist(CONTRASTS), DEFAULT_DISPLAY.contrast),
        cells: v.fallback(v.picklist(CELLS), DEFAULT_DISPLAY.cells),
        content: v.fallback(v.picklist(CONTENTS), DEFAULT_DISPLAY.content),
        opacity: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), DEFAULT_DISPLAY.opacity),
      } satisfies Record<keyof DisplaySettings, v.GenericSchema>),
    ),
    DEFAULT_DISPLAY,
  ),
} satisfies Record<keyof Preferences, v.GenericSchema>);

export function asPreferences(stored: unknown): Preferences {
  const { success, output } = v.safeParse(StoredPreferences, stored);
  return success ? output : v.parse(StoredPreferences, {});
}

/** The class that a URL means: its name, or its number. Null when the model has no such class. */
export function classNamed(classNames: readonly string[], text: string): number | null {
  const byName = classNames.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (byName >= 0) return byName;
  const index = /^\d+$/.test(text) ? Number(text) : -1;
  return index in classNames ? index : null;
}
