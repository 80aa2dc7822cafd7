/** Whether a map points at what a person marked with a box. */
import type { Frame, Size } from '../geometry.ts';
import { onGrid } from '../map-comparison.ts';
import type { SaliencyMap } from '../saliency-map.ts';
import { hasRanking } from './ranking.ts';

/** In the picture's own pixels. */
export type Box = Frame;

/** Maps are enlarged to this many places on a side: fine enough for a box, and the same for every picture. */
const PLACES = 224;

/** Whether each place of the network's input lies in the box, row-major. */
function insideOf(box: Box, frame: Frame, { width, height }: Size): Uint8Array {
  const inside = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const y = frame.top + ((row + 0.5) / height) * frame.height;
    if (y < box.top || y >= box.top + box.height) continue;
    for (let column = 0; column < width; column++) {
      const x = frame.left + ((column + 0.5) / width) * frame.width;
      if (x >= box.left && x < box.left + box.width) inside[row * width + column] = 1;
    }
  }
  return inside;
}

const SIZE: Size = { width: PLACES, height: PLACES };

export interface Pointing {
  /** The pointing game (Zhang et al., ECCV 2016, section 4.1), without tolerance: whether the map's greatest value lies in the box. */
  readonly isHit: boolean;
  /** The energy-based one (Score-CAM: Wang et al., CVPR workshops 2020, section 4.3): the share of the positive values that lies in the box. */
  readonly energy: number;
  /** The box's share of what the network saw: the energy of a map that knows nothing. */
  readonly boxShare: number;
}

/**
 * @param frame what of the picture the network saw
 * @returns null for a map without a ranking, or without anything positive
 */
export function pointingOf(map: SaliencyMap, box: Box, frame: Frame): Pointing | null {
  if (!hasRanking(map)) return null;
  const { values } = onGrid(map, { rows: PLACES, columns: PLACES });
  const inside = insideOf(box, frame, SIZE);
  let [all, within, best, count] = [0, 0, 0, 0];
  for (const [place, value] of values.entries()) {
    const energy = Math.max(0, value);
    all += energy;
    if (inside[place]) {
      within += energy;
      count++;
    }
    if (value > (values[best] ?? Number.NaN)) best = place;
  }
  return all > 0 ? { isHit: inside[best] === 1, energy: within / all, boxShare: count / values.length } : null;
}
