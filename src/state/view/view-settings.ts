/** The view's settings: what they are at first, and how they are read from places that may hold anything. */
import * as v from 'valibot';
import { COLORMAPS } from '../../core/maps/colormap.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { SweepOrder } from '../../explain/estimate.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { ExactEvaluation } from '../../protocol/explain.ts';
import { CELLS, CONTENTS, CONTRASTS, DEFAULT_DISPLAY, oneOf, SIGNS } from '../../sets/setting-values.ts';
import type { DrawerTab, Theme } from './view-state.ts';

export const DEFAULT_DRAWER = { tab: 'cells', isOpen: false } as const;

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

function isMemoryMb(megabytes: number): boolean {
  return Number.isInteger(megabytes) && megabytes >= MIN_MEMORY_MB && megabytes <= MAX_MEMORY_MB;
}

export function asBackend(value: unknown): BackendName | null {
  return oneOf(['webgpu', 'wasm', 'cpu'], value);
}

export function asExact(value: unknown): ExactEvaluation | null {
  return oneOf(['incremental', 'dense'], value);
}

/** The least and the most that a person can allow for a batch, in megabytes. */
export const MIN_MEMORY_MB = 4;
export const MAX_MEMORY_MB = 4096;

export interface Preferences {
  readonly display: DisplaySettings;
  readonly theme: Theme;
  readonly order: SweepOrder;
  readonly memoryMb: number | null;
  readonly engines: number | null;
  readonly isIntroShown: boolean;
  readonly keepsImages: boolean;
  readonly drawer: { readonly tab: DrawerTab; readonly isOpen: boolean };
}

/** What of the view outlives the visit. */
export function preferencesOf({ view }: { readonly view: Preferences }): Preferences {
  const { display, theme, order, memoryMb, engines, isIntroShown, keepsImages, drawer } = view;
  return { display, theme, order, memoryMb, engines, isIntroShown, keepsImages, drawer };
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
  engines: v.fallback(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
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
