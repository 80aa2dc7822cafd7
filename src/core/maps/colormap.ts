/** Colour maps as tables of 256 RGB triples, interpolated between a few published stops. */
import type { ColormapId } from './display.ts';

export interface ColormapInfo {
  readonly id: ColormapId;
  readonly title: string;
  /** `diverging`: its middle is neutral and means zero. `sequential`: perceptually even from one end to the other. */
  readonly kind: 'diverging' | 'sequential';
  /** What its two ends look like, for sentences about them. */
  readonly ends: readonly [low: string, high: string];
}

export const COLORMAPS: readonly ColormapInfo[] = [
  { id: 'blue-white-red', title: 'Blue–white–red', kind: 'diverging', ends: ['blue', 'red'] },
  { id: 'viridis', title: 'Viridis', kind: 'sequential', ends: ['purple', 'yellow'] },
  { id: 'inferno', title: 'Inferno', kind: 'sequential', ends: ['black', 'pale yellow'] },
  { id: 'turbo', title: 'Turbo', kind: 'sequential', ends: ['dark blue', 'dark red'] },
];

/** Evenly spaced stops. Viridis and Inferno: matplotlib (van der Walt and Smith, 2015); Turbo: Mikhailov, 2019. */
const STOPS: Readonly<Record<ColormapId, string>> = {
  'blue-white-red': '0000ff ffffff ff0000',
  viridis: '440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725',
  inferno: '000004 1b0c41 4a0c6b 781c6d a52c60 cf4446 ed6925 fb9b06 f7d13d fcffa4',
  turbo: '30123b 4145ab 4675ed 39a2fc 1bcfd4 24eca6 61fc6c a4fc3b d1e834 f3c63a fe9b2d f36315 d93806 b11901 7a0402',
};

const tables = new Map<ColormapId, Uint8Array>();

function makeTable(id: ColormapId): Uint8Array {
  const stops = STOPS[id].split(' ').map((hex) => [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)));
  const table = new Uint8Array(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const lower = Math.min(Math.floor(place), stops.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const from = stops[lower]?.[channel] ?? 0;
      const to = stops[lower + 1]?.[channel] ?? 0;
      table[i * 3 + channel] = Math.round(from + (to - from) * (place - lower));
    }
  }
  return table;
}

/** `[256, 3]`, RGB. The same array each time: do not write to it. */
export function colormapTable(id: ColormapId): Uint8Array {
  const table = tables.get(id) ?? makeTable(id);
  tables.set(id, table);
  return table;
}

/** What the colour map's two ends look like. */
export function colourNames(id: ColormapId): ColormapInfo['ends'] {
  return COLORMAPS.find((colormap) => colormap.id === id)?.ends ?? ['', ''];
}

/** Whether the colour map's middle is its neutral colour. */
export function isDiverging(id: ColormapId): boolean {
  return COLORMAPS.some((colormap) => colormap.id === id && colormap.kind === 'diverging');
}
