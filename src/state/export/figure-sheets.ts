/** The image and its maps on one sheet: for a paper, and side by side. */
import type { Drawing, TextWidth } from '../../core/reports/drawing.ts';
import { type SheetPanel, sheetDrawing } from '../../core/reports/figure-sheet.ts';
import { enumerated, formatShare, formatValue } from '../../core/reports/format.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { classLogits, probabilities } from '../../explain/target.ts';
import type { AppState } from '../app-state.ts';
import type { FigureContent } from '../dependencies.ts';
import { caveatWords } from '../explanation/nothing-words.ts';
import { classNameOf, explainedName, scoreNameOf } from '../explanation/selectors.ts';
import type { FinishedFigure } from './finished-figures.ts';

export function captionOf(words: readonly string[]): string {
  return words.filter(Boolean).join(' · ');
}

/** What is explained, with what the network says of it: `birch (93 %)`. */
function outputWords(state: AppState, { logits, shown }: FinishedFigure): string {
  const { classIndex, reading } = shown.score;
  const share = probabilities(logits, reading)?.[classIndex];
  const value = classLogits(logits, reading)[classIndex] ?? Number.NaN;
  return `${classNameOf(state, classIndex)} (${share === undefined ? formatValue(value) : formatShare(share)})`;
}

function panels(state: AppState, figures: readonly FinishedFigure[], isLettered: boolean): SheetPanel<FigureContent>[] {
  const [first] = figures;
  if (!first) return [];
  const lettered = (title: string, i: number) => (isLettered ? `(${String.fromCharCode(97 + i)}) ${title}` : title);
  const image = { title: lettered('Image', 0), note: outputWords(state, first), source: { ...first.content, map: null }, legend: null };
  return [
    image,
    ...figures.map(({ method, shown, content, legend }, i) => ({
      title: lettered(methodOf(method).title, i + 1),
      note: captionOf([explainedName(state, shown), shown.context.layer, caveatWords(shown)]),
      source: content,
      legend,
    })),
  ];
}

/** All that a reader must know to do it again. */
export function paperCaption(state: AppState, figures: readonly FinishedFigure[], version: string): string {
  const [first] = figures;
  const { card } = state.model;
  if (!first || !card) return '';
  const { shown, image } = first;
  const { map, context, score } = shown;
  const kind = score.kind === 'value' ? 'value' : score.kind;
  const methods = figures.map(({ method, shown: { result } }) => [methodOf(method).title, ...methodOf(method).details(result)].join(', '));
  return [
    `${image.name}, ${image.width} × ${image.height} px: the ${kind} of ${scoreNameOf(state, score)}, explained by ${enumerated(methods)}.`,
    `The network gives ${outputWords(state, first)}.`,
    `Model: ${card.title}; layer: ${context.layer}, ${map.rows} × ${map.columns} cells.`,
    `Made with FastAblationCAM ${version}.`,
  ].join(' ');
}

const PAPER = { panelWidth: 300, textSize: 11 };
/** Tall images are made narrower: a figure must fit on a page. */
const PAPER_HEIGHT = 400;
/** So many stand in one row of a page. */
const MAX_COLUMNS = 4;

/** Four in a row; five stand better as three and two. */
function paperColumns(count: number): number {
  return count <= MAX_COLUMNS ? count : Math.ceil(count / 2);
}

export function paperDrawing(
  state: AppState,
  figures: readonly FinishedFigure[],
  version: string,
  textWidth: TextWidth,
): Drawing<FigureContent> | null {
  const [first] = figures;
  if (!first) return null;
  const shown = panels(state, figures, true);
  const { image } = first.content;
  const sheet = { image, panels: shown, caption: paperCaption(state, figures, version) };
  const imageWidth = Math.max(1, Math.min(PAPER.panelWidth, Math.round((PAPER_HEIGHT * image.width) / image.height)));
  return sheetDrawing(sheet, { ...PAPER, imageWidth, columns: paperColumns(shown.length), textWidth });
}

/** How much larger than its units a paper's figure is drawn: enough for print, and no more than the image holds. */
export function paperScale({ image }: FinishedFigure): number {
  return Math.min(4, Math.max(2, image.width / PAPER.panelWidth));
}

/** Of one figure side by side with others, and of all of them together: every browser's canvas holds that. */
const MAX_SIDE = 4096;
const MAX_ROW = 16_000;
const MIN_WIDTH = 240;

/** In one row, at the image's own size where that fits. */
export function sideBySideDrawing(
  state: AppState,
  figures: readonly FinishedFigure[],
  textWidth: TextWidth,
): Drawing<FigureContent> | null {
  const [first] = figures;
  if (!first) return null;
  const shown = panels(state, figures, false);
  const { width, height } = first.content.image;
  const reduction = Math.min(1, MAX_SIDE / Math.max(width, height), MAX_ROW / (shown.length * width * 1.1));
  const imageWidth = Math.max(1, Math.round(width * reduction));
  const panelWidth = Math.max(MIN_WIDTH, imageWidth);
  const style = { panelWidth, imageWidth, textSize: Math.max(12, Math.round(panelWidth / 32)), columns: shown.length, textWidth };
  return sheetDrawing({ image: first.content.image, panels: shown, caption: '' }, style);
}
