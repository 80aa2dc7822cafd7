/** What a colour scale says, in words and numbers. */
import { colormapTable, colourNames } from './colormap.ts';
import type { ColormapId } from './display.ts';
import { type DisplayScale, placeInColours, shareOfScale } from './display-scale.ts';

/** One end of the scale. */
export interface LegendEnd {
  readonly value: number;
  /** What values there say of `subject`: `against` or `for` a class, `lowers` or `raises` a number, which of two maps has more; empty at zero. */
  readonly says: string;
  /** What it looks like. */
  readonly colour: string;
}

export interface LegendWords {
  readonly low: LegendEnd;
  readonly high: LegendEnd;
  /** Where zero lies between the ends, as a share of the way; null where it is an end, or beyond them. */
  readonly zero: number | null;
}

/** What the map is about: a class, a number that the network gives, a pattern, how far maps of one of these differ from run to run, or the difference of two maps, which needs no name. */
export interface LegendSubject {
  readonly name: string;
  readonly kind: keyof typeof SAYS;
}

const SAYS = {
  class: { below: 'against', above: 'for' },
  number: { below: 'lowers', above: 'raises' },
  pattern: { below: 'against', above: 'along' },
  // A std is never below zero.
  spread: { below: '', above: 'spread of' },
  difference: { below: 'more in the second', above: 'more in the first' },
} as const;

/** Of what maps speak. */
export const LEGEND_KINDS = Object.keys(SAYS) as (keyof typeof SAYS)[];

/** @param kind of what the map is about: a class, a number that the network gives, or what one map has more than another */
export function legendWords(scale: DisplayScale, colormap: ColormapId, kind: keyof typeof SAYS): LegendWords {
  const [lowColour, highColour] = colourNames(colormap);
  const { below, above } = SAYS[kind];
  const says = (value: number, isLeast: boolean) => {
    if (value === 0) return '';
    const isInside = isLeast ? value > 0 : value < 0;
    return `${isInside ? 'least ' : ''}${value < 0 ? below : above}`;
  };
  const colourAt = (value: number, colour: string) => (value === 0 && scale.isZeroNeutral ? 'white' : colour);
  const zero = shareOfScale(0, scale);
  return {
    low: { value: scale.low, says: says(scale.low, true), colour: colourAt(scale.low, lowColour) },
    high: { value: scale.high, says: says(scale.high, false), colour: colourAt(scale.high, highColour) },
    zero: zero !== null && zero > 0 && zero < 1 ? zero : null,
  };
}

/** Places in the colour table for values evenly spaced from the scale's low end to its high one. */
export function legendStops(scale: DisplayScale, count: number): readonly number[] {
  const value = (i: number) => scale.low + ((scale.high - scale.low) * i) / (count - 1);
  return Array.from({ length: count }, (_, i) => placeInColours(value(i), scale));
}

/** Enough for a gradient without steps, odd so that a middle is among them. */
const COLOURS = 33;

/** The colours in use as CSS has them, evenly from the scale's low end to its high one. */
export function legendColours(scale: DisplayScale, colormap: ColormapId): readonly string[] {
  const table = colormapTable(colormap);
  return legendStops(scale, COLOURS).map((place) => {
    const at = Math.round(place * 255) * 3;
    return `rgb(${table[at]},${table[at + 1]},${table[at + 2]})`;
  });
}
