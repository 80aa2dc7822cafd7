/** The product that all convolutions come down to: rows of the input by panels of the filter. */
import {
  type AddProduct,
  type Code,
  doWhile,
  FOUR,
  FunctionCode,
  forEach,
  type Int,
  inTurn,
  isBelow,
  type Local,
  loadSplat,
  plus,
  quotient,
  times,
} from './assembler.ts';

/** Rows and columns of a tile, whose sums stay in registers: V8 has 15 for vectors, and loads all that a step takes before it multiplies. */
const TILE_ROWS = 4;
export const PANEL = 8;
export const PANEL_BYTES = PANEL * 4;

/** Rows that share a panel while it is in the processor's nearest cache. */
export const BLOCK_ROWS = 16;

/** What the sums of a panel take, in bytes: `[16, 8]`. */
export const SUMS_BYTES = BLOCK_ROWS * PANEL_BYTES;

/** Rows of the input that are being multiplied. */
export interface RowBuffer {
  /** Values of a row that are multiplied at a time. */
  readonly depth: number;
  /** From one row to the next, in bytes: no power of two, as rows would get into each other's way in the cache. */
  readonly stride: number;
}

/**
 * Adds `rows x panel` to sums.
 *
 * Parameters: where four rows lie in their buffer; the panel, `[depth, 8]`; the sums, `[4, 8]`; and the depth, at least 1.
 */
export function multiplyCode(index: number, { stride }: RowBuffer, addProduct: AddProduct) {
  const code = new FunctionCode(`multiply${stride}`, index, ['rows', 'panel', 'sums', 'depth']);
  const { rows, panel, sums, depth } = code.parameters;
  const { end } = code.ints('end');
  const [left, right] = [code.vector(), code.vector()];
  const tile = Array.from({ length: TILE_ROWS }, (_, row) => ({ row, value: code.vector(), left: code.vector(), right: code.vector() }));
  const eachSum = (of: (sum: Local<'v128'>, offset: number) => Code) =>
    inTurn(...tile.flatMap((own) => [of(own.left, own.row * PANEL_BYTES), of(own.right, own.row * PANEL_BYTES + 16)]));
  code.body = inTurn(
    eachSum((sum, offset) => sum.set(FOUR.load(sums, offset))),
    end.set(plus(rows, times(depth, 4))),
    doWhile(
      inTurn(
        left.set(FOUR.load(panel)),
        right.set(FOUR.load(panel, 16)),
        ...tile.map(({ row, value }) => value.set(loadSplat(rows, row * stride))),
        ...tile.flatMap((own) => [
          own.left.set(addProduct(own.value, left, own.left)),
          own.right.set(addProduct(own.value, right, own.right)),
        ]),
        panel.set(plus(panel, PANEL_BYTES)),
        rows.set(plus(rows, 4)),
      ),
      isBelow(rows, end),
    ),
    eachSum((sum, offset) => FOUR.store(sums, sum, offset)),
  );
  return code;
}

/** Where a block's rows, its sums, `[panels, 16, 8]`, and the panels lie, and how many of each there are. */
interface Block {
  readonly rows: Int;
  readonly sums: Int;
  readonly count: Int;
  readonly panels: Int;
  /** Of a row, in bytes: as much of it as is multiplied. */
  readonly depthBytes: Local<'i32'>;
  /** Moved behind the panels. */
  readonly weights: Local<'i32'>;
}

/** All rows of a block by all panels. @param walk locals that nothing else is in */
export function multiplyBlock(
  multiply: ReturnType<typeof multiplyCode>,
  { stride }: RowBuffer,
  { rows, sums, count, panels, depthBytes, weights }: Block,
  walk: { readonly panel: Local<'i32'>; readonly tile: Local<'i32'> },
): Code {
  return forEach(
    walk.panel,
    panels,
    1,
    forEach(
      walk.tile,
      count,
      TILE_ROWS,
      multiply.call({
        rows: plus(rows, times(walk.tile, stride)),
        panel: weights,
        sums: plus(sums, plus(times(walk.panel, SUMS_BYTES), times(walk.tile, PANEL_BYTES))),
        depth: quotient(depthBytes, 4),
      }),
    ),
    weights.set(plus(weights, times(depthBytes, PANEL))),
  );
}
