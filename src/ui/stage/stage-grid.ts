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
  /** Whether there is so little room that figures keep the numbers of their legends alone. */
  readonly isCompact: boolean;
}

/** Between figures, and between the parts of one. */
export const FIGURE_GAP = 12;
export const PART_GAP = 4;

/** Images differ, and the grid must not: the aspect between square ones and photos for which figures are made largest. */
const USUAL_ASPECT = 1.2;
/** Four lines. */
const CAPTION = 66;
/** Smaller images than this are worth giving up words for. */
const LEAST_WIDTH = 150;
const COMPACT: FigureChrome = { head: 28, status: 0, legend: 34 };

/** The room for the longest words, which need more lines in narrower figures. */
function fullChrome(width: number): FigureChrome {
  if (width >= 420) return { head: 30, status: 34, legend: 64 };
  return width >= 260 ? { head: 30, status: 34, legend: 96 } : { head: 30, status: 66, legend: 112 };
}

function heightOf({ head, status, legend }: FigureChrome): number {
  return [head, status, legend].reduce((sum, part) => (part > 0 ? sum + part + PART_GAP : sum), 0);
}

/** One figure alone, on a phone: what it took is said only while it is at work. */
export function singleGrid(stage: Size, hasLegends: boolean): StageGrid {
  const { head, legend } = fullChrome(stage.width);
  return { columns: 1, chrome: { head, status: 0, legend: hasLegends ? legend : 0 }, isCompact: false };
}

interface Found extends StageGrid {
  /** Of the image. */
  readonly width: number;
}

function best(count: number, stage: Size, isCompact: boolean, hasLegends: boolean): Found {
  let found: Found | null = null;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const boxWidth = (stage.width - (columns - 1) * FIGURE_GAP) / columns;
    const all = isCompact ? COMPACT : fullChrome(boxWidth);
    const chrome = hasLegends ? all : { ...all, status: all.status > 0 ? Math.max(all.status, CAPTION) : 0, legend: 0 };
    const boxHeight = (stage.height - (rows - 1) * FIGURE_GAP) / rows - heightOf(chrome);
    const width = Math.min(boxWidth, boxHeight * USUAL_ASPECT);
    if (!found || width > found.width) found = { columns, chrome, isCompact, width };
  }
  return found ?? { columns: 1, chrome: COMPACT, isCompact, width: 0 };
}

/** The grid in which `count` images are largest, letter-boxed in equal boxes on the stage, whatever images these are. */
export function stageGrid(count: number, stage: Size, hasLegends: boolean): StageGrid {
  const full = best(count, stage, false, hasLegends);
  const { columns, chrome, isCompact } = full.width >= LEAST_WIDTH ? full : best(count, stage, true, hasLegends);
  return { columns, chrome, isCompact };
}
