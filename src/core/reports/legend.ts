/** What a map's colours mean, for every export: the scale with its ends, and words. */
import { INK, type Mark, QUIET_INK, type TextWidth, wrapped } from './drawing.ts';

export interface MapLegend {
  /** CSS colours, evenly from the scale's low end to its high end. */
  readonly stops: readonly string[];
  /** At shares of the scale's length. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
  /** Each of them a paragraph. */
  readonly words: readonly string[];
}

/** Between lines that belong together, as shares of the size of letters. */
export const LINE = 1.35;
const BAR = 0.9;

interface Place {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  /** Of letters. */
  readonly size: number;
}

const ANCHORS = { 0: 'start', 1: 'end' } as const;

/** @returns the marks, and where they end */
export function legendMarks(
  { stops, ticks, words }: MapLegend,
  { left, top, width, size }: Place,
  textWidth: TextWidth,
): { readonly marks: readonly Mark<never>[]; readonly bottom: number } {
  const marks: Mark<never>[] = [];
  let y = top;
  if (stops.length > 0) {
    // Without a line around it a white end would not be seen on white.
    marks.push({ kind: 'box', frame: { left, top: y, width, height: size * BAR }, colour: QUIET_INK });
    marks.push({ kind: 'gradient', frame: { left: left + 1, top: y + 1, width: width - 2, height: size * BAR - 2 }, stops });
    y += size * (BAR + 1.1);
    for (const { at, text } of ticks) {
      const anchor = ANCHORS[at as keyof typeof ANCHORS] ?? 'middle';
      marks.push({ kind: 'text', text, x: left + at * width, y, size, anchor, isBold: false, colour: INK });
    }
    y += size * 0.35;
  }
  for (const line of words.flatMap((text) => wrapped(text, width, size, textWidth))) {
    y += size * LINE;
    marks.push({ kind: 'text', text: line, x: left, y, size, anchor: 'start', isBold: false, colour: QUIET_INK });
  }
  return { marks, bottom: y + size * 0.4 };
}
