/**
 * A convolution that gathers the cells which some of its results depend on, a few values of each at a time, and multiplies them with the
 * filter. Nothing is padded, and no matrix of all windows is made.
 */
import {
  and,
  type Code,
  FOUR,
  FunctionCode,
  forEach,
  forValues,
  inTurn,
  isBelow,
  minus,
  NOTHING,
  plus,
  quotient,
  rectified,
  remainder,
  smaller,
  times,
  when,
} from './assembler.ts';
import { BLOCK_ROWS, multiplyBlock, type multiplyCode, PANEL_BYTES, type RowBuffer, SUMS_BYTES } from './multiply-code.ts';

export const CONVOLUTION_ROWS: RowBuffer = { depth: 256, stride: 1088 };

/** What a call needs beside its tensors, in bytes: rows and sums of a block. */
export function convolutionScratch(panels: number): number {
  return BLOCK_ROWS * CONVOLUTION_ROWS.stride + panels * SUMS_BYTES;
}

/**
 * Parameters: `x` `[batch, rows, columns, channels]`, `result` `[batch, resultRows, resultColumns, filters]`, and the packed `filter`
 * (`pack-code.ts`), all as places in memory; `scratch`, for the rows of a block and the sums of all panels; `cells` of all results;
 * channels and filters in bytes; whether results are rectified.
 */
export function convolutionCode(index: number, multiply: ReturnType<typeof multiplyCode>) {
  const code = new FunctionCode('convolve', index, [
    ...(['x', 'result', 'filter', 'scratch', 'cells', 'rows', 'columns', 'channelBytes'] as const),
    ...(['resultRows', 'resultColumns', 'resultBytes', 'panels', 'filterRows', 'filterColumns'] as const),
    ...(['strideRows', 'strideColumns', 'spacingRows', 'spacingColumns', 'top', 'left', 'isRectified'] as const),
  ]);
  const { x, result, filter, scratch, cells, rows, columns, channelBytes } = code.parameters;
  const { resultRows, resultColumns, resultBytes, panels, filterRows, filterColumns } = code.parameters;
  const { strideRows, strideColumns, spacingRows, spacingColumns, top, left, isRectified } = code.parameters;
  const { first, count, sums, weights, start, depthBytes } = code.ints('first', 'count', 'sums', 'weights', 'start', 'depthBytes');
  const { tapRow, tapColumn, row, rest, y, across } = code.ints('tapRow', 'tapColumn', 'row', 'rest', 'y', 'across');
  const { source, target, panel, tile, value } = code.ints('source', 'target', 'panel', 'tile', 'value');

  /** The same in every row of the sums, from the first values of the packed filter. */
  const startSums: Code = forEach(
    panel,
    panels,
    1,
    ...[0, 16].map((half) => {
      const bias = code.vector();
      const own = times(panel, SUMS_BYTES);
      return inTurn(
        bias.set(FOUR.load(plus(filter, times(panel, PANEL_BYTES)), half)),
        ...Array.from({ length: BLOCK_ROWS }, (_, i) => FOUR.store(plus(sums, own), bias, i * PANEL_BYTES + half)),
      );
    }),
  );

  /** One cell of the input for every row of the block; nothing where the filter reaches beyond the map. */
  const gather: Code = forEach(
    row,
    count,
    1,
    rest.set(quotient(plus(first, row), resultColumns)),
    across.set(minus(plus(times(remainder(plus(first, row), resultColumns), strideColumns), times(tapColumn, spacingColumns)), left)),
    y.set(minus(plus(times(remainder(rest, resultRows), strideRows), times(tapRow, spacingRows)), top)),
    target.set(plus(scratch, times(row, CONVOLUTION_ROWS.stride))),
    source.set(plus(times(plus(times(quotient(rest, resultRows), rows), y), columns), across)),
    source.set(plus(plus(x, times(source, channelBytes)), start)),
    when(
      and(isBelow(y, rows), isBelow(across, columns)),
      forValues(value, depthBytes, (access) => access.store(plus(target, value), access.load(plus(source, value)))),
      forValues(value, depthBytes, (access) => access.store(plus(target, value), NOTHING)),
    ),
  );

  const write: Code = forEach(
    row,
    count,
    1,
    target.set(plus(result, times(plus(first, row), resultBytes))),
    forValues(value, resultBytes, (access) => {
      const sum = code.vector();
      const inPanel = remainder(value, PANEL_BYTES);
      const at = plus(plus(sums, times(quotient(value, PANEL_BYTES), SUMS_BYTES)), plus(times(row, PANEL_BYTES), inPanel));
      return inTurn(sum.set(access.load(at)), when(isRectified, sum.set(rectified(sum))), access.store(plus(target, value), sum));
    }),
  );

  code.body = inTurn(
    sums.set(plus(scratch, BLOCK_ROWS * CONVOLUTION_ROWS.stride)),
    forEach(
      first,
      cells,
      BLOCK_ROWS,
      count.set(smaller(minus(cells, first), BLOCK_ROWS)),
      startSums,
      weights.set(plus(filter, times(panels, PANEL_BYTES))),
      forEach(
        tapRow,
        filterRows,
        1,
        forEach(
          tapColumn,
          filterColumns,
          1,
          forEach(
            start,
            channelBytes,
            CONVOLUTION_ROWS.depth * 4,
            depthBytes.set(smaller(minus(channelBytes, start), CONVOLUTION_ROWS.depth * 4)),
            gather,
            multiplyBlock(multiply, CONVOLUTION_ROWS, { rows: scratch, sums, count, panels, depthBytes, weights }, { panel, tile }),
          ),
        ),
      ),
      write,
    ),
  );
  return code;
}
