import { AppError } from '../../../core/app-error.ts';
import type { Grid } from '../../../core/maps/grid.ts';
import { BYTES_PER_VALUE } from '../../graph/tail-memory.ts';
import type { MethodContext } from '../method.ts';

/** As much as some browsers hold in one array. */
const MOST_BYTES = 2 ** 31;

/** What a sweep runs once for each, and what to choose where there are too many of them. */
const ITEMS = {
  windows: 'larger windows and strides, or a later layer',
  patches: 'larger patches and strides',
  channels: 'a layer of fewer channels',
  masks: 'fewer masks',
} as const;

interface Beginning {
  readonly cells: Grid;
  /** The layer's, `[cells, channels]`, where the map is made from that. */
  readonly activation: Float32Array | null;
  readonly count: number;
  readonly what: keyof typeof ITEMS;
}

/**
 * Reports that a sweep begins.
 *
 * @throws AppError `out-of-memory` where the scores of all classes, of all items, are more than can be kept
 */
export function beginSweep(
  { logits: { length: classes }, forwardMs, emit }: Pick<MethodContext, 'logits' | 'forwardMs' | 'emit'>,
  { cells, activation, count, what }: Beginning,
): void {
  const bytes = count * classes * BYTES_PER_VALUE;
  if (bytes > MOST_BYTES) {
    throw new AppError(
      'out-of-memory',
      `The scores of all ${classes} classes are kept for each of ${count} ${what}, and come to ${(bytes / 1e9).toFixed(1)} GB here, which is too much; please choose ${ITEMS[what]}.`,
    );
  }
  emit({ kind: 'begun', cells, activation, forwardMs });
}
