/**
 * Filters as our kernels read them, made by kernels too, since a sweep packs the filters of all parts that it takes.
 *
 * A matrix of `[channels, filters]` is cut into some channels at a time, and those into panels of eight filters; what is missing in the last
 * panel is zero. Before them all lie the biases, or zeros.
 */

import {
  type Code,
  constant,
  difference,
  FOUR,
  FunctionCode,
  forEach,
  forValues,
  inTurn,
  isLess,
  type Local,
  minus,
  NOTHING,
  plus,
  product,
  quotient,
  setAll,
  smaller,
  sum,
  times,
  type Vector,
  when,
} from './assembler.ts';
import { CONVOLUTION_ROWS } from './convolution-code.ts';
import { PANEL, PANEL_BYTES } from './multiply-code.ts';
import { PLACES, WINOGRAD_ROWS } from './winograd-code.ts';

const MATRICES = ['values', 'bias', 'target', 'channels', 'filterBytes'] as const;

/** How many values a packed filter has. */
export function packedSize(taps: number, channels: number, filters: number): number {
  return Math.ceil(filters / PANEL) * PANEL * (1 + taps * channels);
}

/** The biases, whose place is 0 where there are none; moves the target behind them. */
function packBias(target: Local<'i32'>, bias: Local<'i32'>, filterBytes: Local<'i32'>, at: Local<'i32'>): Code {
  return inTurn(
    forEach(at, filterBytes, PANEL_BYTES, FOUR.store(plus(target, at), NOTHING), FOUR.store(plus(target, at), NOTHING, 16)),
    when(
      bias,
      forValues(at, filterBytes, (access) => access.store(plus(target, at), access.load(plus(bias, at)))),
    ),
    forEach(at, filterBytes, PANEL_BYTES, target.set(plus(target, PANEL_BYTES))),
  );
}

/** Tap by tap. Parameters: places of the filter `[taps, channels, filters]`, of its biases or 0, and of what is made; the sizes. */
export function packCode(index: number) {
  const code = new FunctionCode('pack', index, [...MATRICES, 'taps']);
  const { values, bias, target, taps, channels, filterBytes } = code.parameters;
  const { tap, start, end, panel, channel, at, from } = code.ints('tap', 'start', 'end', 'panel', 'channel', 'at', 'from');
  code.body = inTurn(
    packBias(target, bias, filterBytes, at),
    forEach(
      tap,
      taps,
      1,
      forEach(
        start,
        channels,
        CONVOLUTION_ROWS.depth,
        end.set(smaller(minus(channels, start), CONVOLUTION_ROWS.depth)),
        forEach(
          panel,
          filterBytes,
          PANEL_BYTES,
          forEach(
            channel,
            end,
            1,
            from.set(plus(plus(values, panel), times(plus(plus(times(tap, channels), start), channel), filterBytes))),
            FOUR.store(target, NOTHING),
            FOUR.store(target, NOTHING, 16),
            forValues(at, smaller(minus(filterBytes, panel), PANEL_BYTES), (access) =>
              access.store(plus(target, at), access.load(plus(from, at))),
            ),
            target.set(plus(target, PANEL_BYTES)),
          ),
        ),
      ),
    ),
  );
  return code;
}

/** Of three taps, or of all of them. */
type Three<Each = Vector> = readonly [Each, Each, Each];

function three<Each>(of: (i: 0 | 1 | 2) => Each): Three<Each> {
  return [of(0), of(1), of(2)];
}

/** G g along one side. */
function raised([g0, g1, g2]: Three): readonly [Vector, Vector, Vector, Vector] {
  const ends = sum(g0, g2);
  const half = constant(0.5);
  return [g0, product(half, sum(ends, g1)), product(half, difference(ends, g1)), g2];
}

/** As G g G', place by place, of filters of 3 x 3, whose number is one of whole vectors. Parameters: the same. */
export function packTilesCode(index: number) {
  const code = new FunctionCode('packTiles', index, MATRICES);
  const { values, bias, target, channels, filterBytes } = code.parameters;
  const { start, depth, panel, channel, at, half, from } = code.ints('start', 'depth', 'panel', 'channel', 'at', 'half', 'from');
  const { panelBytes, placeBytes } = code.ints('panelBytes', 'placeBytes');
  const taps = three(() => three(() => code.vector()));
  /** Column by column. */
  const made = three(() => [code.vector(), code.vector(), code.vector(), code.vector()] as const);
  const loadTaps: Code = inTurn(
    ...taps.flatMap((row) => row.flatMap((tap) => [tap.set(FOUR.load(from)), from.set(plus(from, times(channels, filterBytes)))])),
  );
  const transform: Code = inTurn(
    loadTaps,
    ...three((j) => setAll(made[j], raised(three((i) => taps[i][j])))),
    ...([0, 1, 2, 3] as const).flatMap((i) =>
      raised(three((j) => made[j][i])).flatMap((value) => [FOUR.store(at, value), at.set(plus(at, placeBytes))]),
    ),
  );
  code.body = inTurn(
    packBias(target, bias, filterBytes, at),
    // As many bytes as the panels have, which the target has moved by.
    panelBytes.set(times(quotient(plus(filterBytes, PANEL_BYTES - 4), PANEL_BYTES), PANEL_BYTES)),
    forEach(
      start,
      channels,
      WINOGRAD_ROWS.depth,
      depth.set(smaller(minus(channels, start), WINOGRAD_ROWS.depth)),
      placeBytes.set(times(panelBytes, depth)),
      forEach(
        panel,
        filterBytes,
        PANEL_BYTES,
        forEach(
          channel,
          depth,
          1,
          forEach(
            half,
            PANEL_BYTES,
            16,
            at.set(plus(plus(target, half), plus(times(panel, depth), times(channel, PANEL_BYTES)))),
            from.set(plus(plus(values, plus(panel, half)), times(plus(start, channel), filterBytes))),
            when(
              isLess(plus(panel, half), filterBytes),
              transform,
              forEach(from, PLACES, 1, FOUR.store(at, NOTHING), at.set(plus(at, placeBytes))),
            ),
          ),
        ),
      ),
      target.set(plus(target, times(placeBytes, PLACES))),
    ),
  );
  return code;
}
