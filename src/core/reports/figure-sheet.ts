/** Lays an image and its maps out on one sheet, each with its legend, with a scale bar and a caption: for papers, and side by side. */
import type { Size } from '../images/geometry.ts';
import { type Drawing, INK, type Mark, QUIET_INK, type TextWidth, wrapped } from './drawing.ts';
import { LINE, legendMarks, type MapLegend } from './legend.ts';

export interface SheetPanel<Source> {
  readonly title: string;
  /** What is said under the title, in one line or more. */
  readonly note: string;
  readonly source: Source;
  /** Null for the image itself, which has the scale bar. */
  readonly legend: MapLegend | null;
}

export interface Sheet<Source> {
  /** Of the image, in its own pixels. */
  readonly image: Size;
  readonly panels: readonly SheetPanel<Source>[];
  /** Empty: none. */
  readonly caption: string;
}

export interface SheetStyle {
  /** Of one panel, in the drawing's own units. */
  readonly panelWidth: number;
  /** Of the image in it, at most as wide. */
  readonly imageWidth: number;
  /** Of letters. */
  readonly textSize: number;
  readonly columns: number;
  readonly textWidth: TextWidth;
}

/** A round number of pixels, at most a quarter of the image's width. */
export function scaleBarPixels(width: number): number {
  const aim = width / 4;
  const power = 10 ** Math.floor(Math.log10(aim));
  const round = [5, 2, 1].map((digit) => digit * power).find((pixels) => pixels <= aim) ?? power;
  return Math.max(1, Math.round(round));
}

function scaleBar(image: Size, left: number, top: number, { imageWidth, textSize }: SheetStyle): Mark<never>[] {
  const pixels = scaleBarPixels(image.width);
  const width = (imageWidth * pixels) / image.width;
  const thickness = Math.max(2, textSize / 4);
  const share = Math.round((pixels / image.width) * 100);
  const text = `${pixels} px (${share} % of the width)`;
  return [
    { kind: 'box', frame: { left, top, width, height: thickness }, colour: INK },
    { kind: 'text', text, x: left, y: top + thickness + textSize * 1.1, size: textSize, anchor: 'start', isBold: false, colour: INK },
  ];
}

export function sheetDrawing<Source>({ image, panels, caption }: Sheet<Source>, style: SheetStyle): Drawing<Source> {
  const { panelWidth, imageWidth, textSize, columns, textWidth } = style;
  const margin = Math.round(textSize * 1.25);
  const imageHeight = Math.max(1, Math.round((imageWidth * image.height) / image.width));
  const across = Math.min(columns, panels.length);
  const width = across * panelWidth + (across + 1) * margin;
  const marks: Mark<Source>[] = [];
  let top = margin;
  for (let first = 0; first < panels.length; first += across) {
    const row = panels.slice(first, first + across);
    const notes = row.map(({ note }) => wrapped(note, panelWidth, textSize, textWidth));
    const headHeight = textSize * (LINE * Math.max(...notes.map(({ length }) => length + 1)) + 0.35);
    let bottom = top;
    for (const [i, { title, source, legend }] of row.entries()) {
      const left = margin + i * (panelWidth + margin);
      const line = { x: left, size: textSize, anchor: 'start' } as const;
      marks.push({ kind: 'text', text: title, y: top + textSize, isBold: true, colour: INK, ...line });
      for (const [k, text] of (notes[i] ?? []).entries())
        marks.push({ kind: 'text', text, y: top + textSize * (1 + LINE * (k + 1)), isBold: false, colour: QUIET_INK, ...line });
      const imageTop = top + headHeight;
      marks.push({ kind: 'image', frame: { left, top: imageTop, width: imageWidth, height: imageHeight }, source, title });
      const under = imageTop + imageHeight + textSize * 0.6;
      if (legend) {
        const laid = legendMarks(legend, { left, top: under, width: panelWidth, size: textSize }, textWidth);
        marks.push(...laid.marks);
        bottom = Math.max(bottom, laid.bottom);
      } else {
        marks.push(...scaleBar(image, left, under, style));
        bottom = Math.max(bottom, under + textSize * 1.8);
      }
    }
    top = bottom + margin;
  }
  for (const text of wrapped(caption, width - 2 * margin, textSize, textWidth)) {
    top += textSize * LINE;
    marks.push({ kind: 'text', text, x: margin, y: top - textSize * 0.35, size: textSize, anchor: 'start', isBold: false, colour: INK });
  }
  return { width, height: Math.ceil(top + (caption ? margin : 0)), ground: '#ffffff', marks };
}
