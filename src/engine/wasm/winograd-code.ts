/**
 * Convolutions of 3 x 3 with 4 multiplications per result in place of 9: F(2 x 2, 3 x 3) of Lavin & Gray, *Fast algorithms for
 * convolutional neural networks* (CVPR 2016), after Winograd.
 *
 * Tiles of 2 x 2 results depend on 4 x 4 cells d. With the filter g taken to U = G g G' once, and d to V = B' d B, the results are
 * A' (sum over channels of U * V) A: sixteen products of matrices, of tiles by channels and channels by filters.
 */
import {
  and,
  type Code,
  choose,
  difference,
  FOUR,
  FunctionCode,
  forEach,
  inTurn,
  int,
  isBelow,
  type Local,
  minus,
  NOTHING,
  plus,
  quotient,
  rectified,
  remainder,
  setAll,
  smaller,
  sum,
  times,
  type Vector,
  when,
} from './assembler.ts';
import { BLOCK_ROWS, multiplyBlock, type multiplyCode, PANEL_BYTES, type RowBuffer, SUMS_BYTES } from './multiply-code.ts';

export const WINOGRAD_ROWS: RowBuffer = { depth: 128, stride: 576 };

/** Cells of a tile along each side, and of its results. */
const SIDE = 4;
const RESULTS = 2;
export const PLACES = SIDE * SIDE;

/** The rows of a block at one place of their tiles, in bytes. */
const PLACE_BYTES = BLOCK_ROWS * WINOGRAD_ROWS.stride;

/** What a call needs beside its tensors, in bytes: rows and sums of a block, and zeros. */
export function winogradScratch(panels: number): number {
  return PLACES * (PLACE_BYTES + panels * SUMS_BYTES) + WINOGRAD_ROWS.depth * 4;
}

/** B' d along one side. */
function spread([d0, d1, d2, d3]: Four): Four {
  return [difference(d0, d2), sum(d1, d2), difference(d2, d1), difference(d1, d3)];
}

/** A' m along one side. */
function gathered([m0, m1, m2, m3]: Four): readonly [Vector, Vector] {
  return [sum(sum(m0, m1), m2), difference(difference(m1, m2), m3)];
}

/** Of a tile's side, or of all of them. */
type Four<Each = Vector> = readonly [Each, Each, Each, Each];

function four<Each>(of: (i: 0 | 1 | 2 | 3) => Each): Four<Each> {
  return [of(0), of(1), of(2), of(3)];
}

/**
 * Parameters: `x` `[batch, rows, columns, channels]`, `result` `[batch, resultRows, resultColumns, filters]`, and the packed `filter`
 * (`pack-code.ts`), all as places in memory; `scratch`; `tiles` of all items, and of one along each side; channels and filters in bytes,
 * both whole numbers of four values; whether results are rectified.
 */
export function winogradCode(index: number, multiply: ReturnType<typeof multiplyCode>) {
  const code = new FunctionCode('convolveTiles', index, [
    ...(['x', 'result', 'filter', 'scratch', 'tiles', 'tileRows', 'tileColumns', 'rows', 'columns', 'channelBytes'] as const),
    ...(['resultRows', 'resultColumns', 'resultBytes', 'panels', 'top', 'left', 'isRectified'] as const),
  ]);
  const { x, result, filter, scratch, tiles, tileRows, tileColumns, rows, columns, channelBytes } = code.parameters;
  const { resultRows, resultColumns, resultBytes, panels, top, left, isRectified } = code.parameters;
  const { first, count, sums, zeros, weights, start, depthBytes } = code.ints(
    'first',
    'count',
    'sums',
    'zeros',
    'weights',
    'start',
    'depthBytes',
  );
  const { tile, item, row, column, place, panel, value } = code.ints('tile', 'item', 'row', 'column', 'place', 'panel', 'value');
  const { target, from, to } = code.ints('target', 'from', 'to');
  const placeSums = times(panels, SUMS_BYTES);
  const grid = four(() => four(() => code.vector()));
  const columnsOfGrid = four((j) => four((i) => grid[i][j]));
  const eachOfGrid = <Made>(of: (own: Local<'v128'>, i: number, j: number) => Made): Made[] =>
    grid.flatMap((own, i) => own.map((each, j) => of(each, i, j)));

  /** Where a tile lies: its item, and its first cell, of its results. */
  const locate: Code = inTurn(
    column.set(times(remainder(plus(first, tile), tileColumns), RESULTS)),
    row.set(times(remainder(quotient(plus(first, tile), tileColumns), tileRows), RESULTS)),
    item.set(quotient(quotient(plus(first, tile), tileColumns), tileRows)),
  );

  /** Where the cells of a tile lie; zeros where it reaches beyond the map. */
  const sources = four(() => four(() => code.int()));
  const findCells: Code = inTurn(
    ...sources.flatMap((own, i) =>
      own.map((source, j) => {
        const [y, across] = [plus(row, minus(i, top)), plus(column, minus(j, left))];
        const cell = plus(times(plus(times(item, rows), y), columns), across);
        const isInside = and(isBelow(y, rows), isBelow(across, columns));
        return source.set(choose(isInside, plus(plus(x, times(cell, channelBytes)), start), zeros));
      }),
    ),
  );

  const loadCells: Code = inTurn(...four((i) => inTurn(...four((j) => grid[i][j].set(FOUR.load(plus(sources[i][j], value)))))));

  const transformInput: Code = forEach(
    tile,
    count,
    1,
    locate,
    findCells,
    target.set(plus(scratch, times(tile, WINOGRAD_ROWS.stride))),
    forEach(
      value,
      depthBytes,
      16,
      loadCells,
      ...[...columnsOfGrid, ...grid].map((side) => setAll(side, spread(side))),
      ...eachOfGrid((own, i, j) => FOUR.store(plus(target, value), own, (i * SIDE + j) * PLACE_BYTES)),
    ),
  );

  const multiplyPlaces: Code = forEach(
    place,
    PLACES,
    1,
    multiplyBlock(
      multiply,
      WINOGRAD_ROWS,
      { rows: plus(scratch, times(place, PLACE_BYTES)), sums: plus(sums, times(place, placeSums)), count, panels, depthBytes, weights },
      { panel, tile },
    ),
  );

  const transformSums: Code = forEach(
    tile,
    count,
    1,
    locate,
    forEach(
      value,
      resultBytes,
      16,
      from.set(
        plus(sums, plus(times(quotient(value, PANEL_BYTES), SUMS_BYTES), plus(times(tile, PANEL_BYTES), remainder(value, PANEL_BYTES)))),
      ),
      ...eachOfGrid((own) => inTurn(own.set(FOUR.load(from)), from.set(plus(from, placeSums)))),
      ...[...columnsOfGrid, grid[0], grid[1]].map((side) => setAll([side[0], side[1]], gathered(side))),
      ...eachOfGrid((own, i, j) => {
        if (i >= RESULTS || j >= RESULTS) return [];
        const cell = plus(times(plus(times(item, resultRows), plus(row, i)), resultColumns), plus(column, j));
        return when(
          and(isBelow(plus(row, i), resultRows), isBelow(plus(column, j), resultColumns)),
          inTurn(
            own.set(sum(own, FOUR.load(plus(filter, value)))),
            when(isRectified, own.set(rectified(own))),
            to.set(plus(plus(result, times(cell, resultBytes)), value)),
            FOUR.store(to, own),
          ),
        );
      }),
    ),
  );

  const clear = (from: Local<'i32'>, bytes: ReturnType<typeof int>): Code =>
    forEach(value, bytes, 16, FOUR.store(plus(from, value), NOTHING));

  code.body = inTurn(
    zeros.set(plus(scratch, PLACES * PLACE_BYTES)),
    sums.set(plus(zeros, WINOGRAD_ROWS.depth * 4)),
    clear(zeros, int(WINOGRAD_ROWS.depth * 4)),
    forEach(
      first,
      tiles,
      BLOCK_ROWS,
      count.set(smaller(minus(tiles, first), BLOCK_ROWS)),
      clear(sums, times(placeSums, PLACES)),
      weights.set(plus(filter, times(panels, PANEL_BYTES))),
      forEach(
        start,
        channelBytes,
        WINOGRAD_ROWS.depth * 4,
        depthBytes.set(smaller(minus(channelBytes, start), WINOGRAD_ROWS.depth * 4)),
        transformInput,
        multiplyPlaces,
      ),
      transformSums,
    ),
  );
  return code;
}
