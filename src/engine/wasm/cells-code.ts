/** Kernels that are bound by memory: they go over values once, where tf.js takes several passes, or copies in JavaScript. */
import { FunctionCode, forEach, forValues, plus, product, rectified, sum, times, when } from './assembler.ts';

/**
 * Values of every channel times its factor, plus its offset; rounded after each, as on other backends.
 *
 * Parameters: places of `x` and the result, `[cells, channels]`, and of factors and offsets, `[channels]`; channels in bytes; whether a ReLU
 * follows.
 */
export function normalizeCode(index: number) {
  const code = new FunctionCode('normalize', index, ['x', 'result', 'factor', 'offset', 'cells', 'channelBytes', 'isRectified']);
  const { x, result, factor, offset, cells, channelBytes, isRectified } = code.parameters;
  const { cell, value } = code.ints('cell', 'value');
  const row = (isPositive: boolean) =>
    forValues(value, channelBytes, (access) => {
      const scaled = sum(product(access.load(plus(x, value)), access.load(plus(factor, value))), access.load(plus(offset, value)));
      return access.store(plus(result, value), isPositive ? rectified(scaled) : scaled);
    });
  code.body = forEach(
    cell,
    cells,
    1,
    when(isRectified, row(true), row(false)),
    x.set(plus(x, channelBytes)),
    result.set(plus(result, channelBytes)),
  );
  return code;
}

/**
 * Cells of one map put in place on another one, or added to what is there.
 *
 * Parameters: places of the first cells of both; how many rows there are, how many cells in each, and the bytes of a cell; from one cell to the
 * next, and from one row to the next, in bytes; whether they are added.
 */
export function layCode(index: number) {
  const code = new FunctionCode('lay', index, [
    ...(['source', 'target', 'rows', 'cells', 'bytes'] as const),
    ...(['sourceCell', 'targetCell', 'sourceRow', 'targetRow', 'isAdded'] as const),
  ]);
  const { source, target, rows, cells, bytes, sourceCell, targetCell, sourceRow, targetRow, isAdded } = code.parameters;
  const { row, cell, value, from, to } = code.ints('row', 'cell', 'value', 'from', 'to');
  const each = (isSum: boolean) =>
    forValues(value, bytes, (access) => {
      const given = access.load(plus(from, value));
      return access.store(plus(to, value), isSum ? sum(access.load(plus(to, value)), given) : given);
    });
  code.body = forEach(
    row,
    rows,
    1,
    from.set(plus(source, times(row, sourceRow))),
    to.set(plus(target, times(row, targetRow))),
    forEach(cell, cells, 1, when(isAdded, each(true), each(false)), from.set(plus(from, sourceCell)), to.set(plus(to, targetCell))),
  );
  return code;
}

/** Parameters: places of `rows` rows, and of where they go; bytes of a row, and from one target to the next. */
export function copyRowsCode(index: number) {
  const code = new FunctionCode('copyRows', index, ['source', 'target', 'rows', 'bytes', 'stride']);
  const { source, target, rows, bytes, stride } = code.parameters;
  const { row, value } = code.ints('row', 'value');
  code.body = forEach(
    row,
    rows,
    1,
    forValues(value, bytes, (access) => access.store(plus(target, value), access.load(plus(source, value)))),
    source.set(plus(source, bytes)),
    target.set(plus(target, stride)),
  );
  return code;
}
