/** How figures are laid out on the stage: the style sheet gets its heights from here. */
import type { Size } from '../../core/images/geometry.ts';

/** The heights of what stands around a figure's image, in CSS pixels. */
interface FigureChrome {
  readonly head: number;
  /** Zero: while something is at work it is said over the image instead. */
  readonly status: number;
  /** Zero: it stands below the stage, for all figures; then the image's caption has the room of the status alone. */
  readonly legend: number;
}

export interface StageGrid {
  readonly columns: number;
  readonly chrome: FigureChrome;
  /** Whether there is so little room that figures keep two lines of their legends, the numbers and the unit, and the way to all of it. */
  readonly isCompact: boolean;
}

/** Between figures, and between the parts of one. */
export const FIGURE_GAP = 12;
export const PART_GAP = 4;

/** Images differ, and the grid must not: the aspect between square ones and photos for which figures are made largest. */
const USUAL_ASPECT = 1.2;
/** Four lines. */
const CAPTION = 66;
/** Smaller images than this are worth giving up words for, always or where they become that much larger. */
const LEAST_WIDTH = 150;
const GOOD_WIDTH = 240;
const MUCH_LARGER = 1.25;
/** Besides the legend: its bar, a line of numbers, and a line of the rest, which has the way to all of it. */
const COMPACT = { head: 28, status: 0 };
const COMPACT_LINES = 2;
/** In narrower figures each number has a line of its own; as in the style sheet. */
const TWO_NUMBERS_WIDTH = 140;

/** The longest words around a figure, in letters: they depend on the model and the settings, and never on the image. */
export interface LongestWords {
  /** At an end of the legend; null: there are no legends in the figures. */
  readonly legendEnd: number | null;
  /** Below the legend: unit and range. */
  readonly legendNote: number;
  readonly status: number;
}

const LINE = 16;
/** Of a letter of 12 px, in a wide font. */
const LETTER = 6.8;
/** What lies between the legend's two ends, and the bar above them with its gaps. */
const LEGEND_MIDDLE = 50;
const LEGEND_BAR = 16;
/** More than that is scrolled to. */
const MOST_LINES = 4;
/** In narrower figures numbers have a line of their own above the words, which leave out the colours; as in the style sheet. */
const ONE_LINE_WIDTH = 420;
/** `−0.00995 ` and ` (dark blue)` */
const NUMBER_AND_COLOUR = 19;

function linesOf(letters: number, width: number): number {
  // Lines break at words, and are seldom full.
  return Math.min(MOST_LINES, Math.max(1, Math.ceil((letters * LETTER) / Math.max(1, width) + 0.2)));
}

function legendHeight(width: number, { legendEnd, legendNote }: LongestWords): number {
  if (legendEnd === null) return 0;
  const isStacked = width < ONE_LINE_WIDTH;
  const ends = isStacked ? 1 + linesOf(legendEnd - NUMBER_AND_COLOUR, width / 2) : linesOf(legendEnd, (width - LEGEND_MIDDLE) / 2);
  return LEGEND_BAR + LINE * (ends + linesOf(legendNote, width));
}

/** The room for the longest words, which need more lines in narrower figures; a button is a little taller than two lines. */
function fullChrome(width: number, words: LongestWords): FigureChrome {
  const status = Math.max(34, 2 + LINE * linesOf(words.status, width));
  return { head: 30, status: words.legendEnd === null ? Math.max(status, CAPTION) : status, legend: legendHeight(width, words) };
}

function compactChrome(width: number, { legendEnd }: LongestWords): FigureChrome {
  if (legendEnd === null) return { ...COMPACT, legend: 0 };
  const lines = width < TWO_NUMBERS_WIDTH ? COMPACT_LINES + 1 : COMPACT_LINES;
  return { ...COMPACT, legend: LEGEND_BAR + 2 + LINE * lines };
}

function heightOf({ head, status, legend }: FigureChrome): number {
  return [head, status, legend].reduce((sum, part) => (part > 0 ? sum + part + PART_GAP : sum), 0);
}

/** One figure alone, on a phone: what it took is said only while it is at work. */
export function singleGrid(stage: Size, words: LongestWords): StageGrid {
  const { head, legend } = fullChrome(stage.width, words);
  return { columns: 1, chrome: { head, status: 0, legend }, isCompact: false };
}

interface Found extends StageGrid {
  /** Of the image. */
  readonly width: number;
}

function best(count: number, stage: Size, isCompact: boolean, words: LongestWords): Found {
  let found: Found | null = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const boxWidth = (stage.width - (columns - 1) * FIGURE_GAP) / columns;
    const chrome = isCompact ? compactChrome(boxWidth, words) : fullChrome(boxWidth, words);
    const boxHeight = (stage.height - (rows - 1) * FIGURE_GAP) / rows - heightOf(chrome);
    const width = Math.min(boxWidth, boxHeight * USUAL_ASPECT);
    if (!found || width > found.width) found = { columns, chrome, isCompact, width };
  }
  return found ?? { columns: 1, chrome: compactChrome(0, words), isCompact, width: 0 };
}

/** The grid in which `count` images are largest, letter-boxed in equal boxes on the stage, whatever images these are. */
export function stageGrid(count: number, stage: Size, words: LongestWords): StageGrid {
  const full = best(count, stage, false, words);
  const bare = best(count, stage, true, words);
  const isSmall = full.width < LEAST_WIDTH || (full.width < GOOD_WIDTH && bare.width >= full.width * MUCH_LARGER);
  const { columns, chrome, isCompact } = isSmall ? bare : full;
  return { columns, chrome, isCompact };
}
