/**
 * A drawing as a list of marks, laid out before it is known where it will be drawn: on a canvas, or as SVG. What an image is made from
 * (`Source`) is the business of whoever draws it.
 */
import type { Frame, Size } from '../images/geometry.ts';

export type Mark<Source> =
  | { readonly kind: 'image'; readonly frame: Frame; readonly source: Source; readonly title: string }
  | { readonly kind: 'box'; readonly frame: Frame; readonly colour: string }
  /** From left to right, evenly. */
  | { readonly kind: 'gradient'; readonly frame: Frame; readonly stops: readonly string[] }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly x: number;
      /** Of the line that the letters stand on. */
      readonly y: number;
      readonly size: number;
      readonly anchor: 'start' | 'middle' | 'end';
      readonly isBold: boolean;
      readonly colour: string;
    };

export interface Drawing<Source> extends Size {
  /** Null: transparent. */
  readonly ground: string | null;
  readonly marks: readonly Mark<Source>[];
}

export const INK = '#1a1a1a';
export const QUIET_INK = '#555555';

/** On every system, or replaced by letters of the same widths. */
export const FONT = 'Helvetica, Arial, sans-serif';

/** The width of a text of this size. */
export type TextWidth = (text: string, size: number, isBold: boolean) => number;

/** The text in lines of at most this width; a word that is wider is broken. */
export function wrapped(text: string, width: number, size: number, textWidth: TextWidth): string[] {
  const fits = (line: string) => textWidth(line, size, false) <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const longer = line ? `${line} ${word}` : word;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line) lines.push(line);
    line = '';
    for (const letter of word) {
      if (line && !fits(line + letter)) {
        lines.push(line);
        line = '';
      }
      line += letter;
    }
  }
  return line ? [...lines, line] : lines;
}

/** The drawing with other sources in place of its own. */
export function withSources<Source, Other>(drawing: Drawing<Source>, otherFor: (source: Source) => Other): Drawing<Other> {
  const marks = drawing.marks.map((mark) => (mark.kind === 'image' ? { ...mark, source: otherFor(mark.source) } : mark));
  return { ...drawing, marks };
}
