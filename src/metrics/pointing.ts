/** Whether a map points at what a person marked with a box. */
import type { Frame } from '../core/images/geometry.ts';
import type { SaliencyMap } from '../core/maps/saliency-map.ts';
import type { Metric, Pointing } from './metric.ts';
import { pixelRanking } from './ranking.ts';

/** In the image's own pixels. */
export type Box = Frame;

/** One side of a rectangle. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/** Of the box, where 0 and 1 are the ends of the frame; cut there. */
function spanIn(boxFrom: number, boxLength: number, frameFrom: number, frameLength: number): Span {
  const share = (place: number) => Math.min(1, Math.max(0, (place - frameFrom) / frameLength));
  return { from: share(boxFrom), to: share(boxFrom + boxLength) };
}

/**
 * How much of a span each of `cells` cells has: the integral over the span of the cell's part in the bilinear enlargement, whose values add
 * up to one everywhere. `[cells]`, in cells.
 */
function partsOf({ from, to }: Span, cells: number): number[] {
  /** The integral up to `place` of a triangle around zero, from -1 to 1. */
  const triangle = (place: number) => {
    const x = Math.min(1, Math.max(-1, place));
    return 0.5 + x - (x * Math.abs(x)) / 2;
  };
  /** Up to `place` of a cell's part; half a cell at the ends belongs to the outermost cells alone. */
  const upTo = (place: number, cell: number) => {
    const inner = Math.min(cells - 0.5, Math.max(0.5, place)) - 0.5;
    const before = cell === 0 ? Math.min(0.5, place) : 0;
    const after = cell === cells - 1 ? Math.max(0, place - cells + 0.5) : 0;
    return before + triangle(inner - cell) - triangle(-cell) + after;
  };
  return Array.from({ length: cells }, (_, cell) => upTo(to * cells, cell) - upTo(from * cells, cell));
}

/** How far a place is from the span; zero inside. */
function distanceTo(place: number, from: number, length: number): number {
  return Math.max(from - place, place - from - length, 0);
}

/**
 * Cells' positive parts are what is enlarged, as in Score-CAM, and integrated rather than sampled: a box may be smaller than any raster.
 *
 * @param frame what of the image the network saw
 * @param tolerance by how much the greatest value may miss the box, in the image's pixels; the paper allowed 15
 * @returns null for a map without a ranking, or without anything positive
 */
export function pointingOf(map: SaliencyMap, box: Box, frame: Frame, tolerance = 0): Pointing | null {
  const { rows, columns, values } = map;
  const best = pixelRanking(map, { width: columns, height: rows })?.[0];
  if (best === undefined) return null;
  const across = spanIn(box.left, box.width, frame.left, frame.width);
  const down = spanIn(box.top, box.height, frame.top, frame.height);
  const [partsAcross, partsDown] = [partsOf(across, columns), partsOf(down, rows)];
  let [all, within] = [0, 0];
  for (const [i, value] of values.entries()) {
    const energy = Math.max(0, value);
    // Over the whole frame every cell has its own area, one.
    all += energy;
    within += energy * (partsDown[Math.floor(i / columns)] ?? 0) * (partsAcross[i % columns] ?? 0);
  }
  if (!(all > 0)) return null;
  const x = frame.left + (((best % columns) + 0.5) / columns) * frame.width;
  const y = frame.top + ((Math.floor(best / columns) + 0.5) / rows) * frame.height;
  return {
    isHit: Math.hypot(distanceTo(x, box.left, box.width), distanceTo(y, box.top, box.height)) <= tolerance,
    energy: within / all,
    boxShare: (across.to - across.from) * (down.to - down.from),
  };
}

export const pointing: Metric<'pointing', unknown> = {
  id: 'pointing',
  title: 'Pointing',
  isMoreBetter: true,
  isYesOrNo: true,
  needsBox: true,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: true,
  summary: 'Whether the map’s greatest value lies in the box that you drew.',
  formula: 'argmax of the map lies in the box',
  weakness: 'It asks where a person would look, not where the network does.',
  source: 'Zhang et al., ECCV 2016, section 4.1, without tolerance',
  score: (_measures, found) => found && Number(found.isHit),
};

export const energy: Metric<'energy', unknown> = {
  id: 'energy',
  title: 'Energy in box',
  isMoreBetter: true,
  isYesOrNo: false,
  needsBox: true,
  needsProbability: false,
  needsExplanations: false,
  isAgainstRandom: true,
  summary: 'The share of the map’s positive values that lies in the box that you drew.',
  formula: 'sum of max(0, map) in the box / sum of max(0, map)',
  weakness: 'It asks where a person would look, and grows with the box: compare it with the box’s share of the image.',
  source: 'Score-CAM: Wang et al., CVPR workshops 2020, section 4.3',
  score: (_measures, found) => found?.energy ?? null,
};
