/** Whether two answers are the same, as far as float32 can tell. */
import { Draw } from '../draw.ts';
import type { Values } from '../network.ts';
import type { Change } from '../reference/graph.ts';

/** Of the range of the values, as for the goldens. */
export const TOLERANCE = 1e-3;

/** Of the largest logit: differences of float32 scores are not known better. */
const SCORE_ROUNDING = 4e-6;

/** How far values may lie apart that are about scores as large as `scale`. */
export function toleranceOf(expected: Float64Array, scale: number): number {
  const range = Math.max(...expected) - Math.min(...expected) || Math.max(...expected.map(Math.abs));
  return TOLERANCE * range + SCORE_ROUNDING * scale;
}

/** Two values that are further apart than is tolerated. */
export interface Gap {
  readonly place: number;
  readonly actual: number;
  readonly expected: number;
}

/** Whatever is no number is off by more than anything. */
function widthOf({ actual, expected }: Gap): number {
  const width = Math.abs(actual - expected);
  return Number.isNaN(width) ? Number.POSITIVE_INFINITY : width;
}

/** The widest first. The answers are equally long. */
export function gapsBetween(actual: Float64Array, expected: Float64Array, tolerance: number): Gap[] {
  const all = Array.from(actual, (value, place): Gap => ({ place, actual: value, expected: expected[place] ?? Number.NaN }));
  return all.filter((gap) => widthOf(gap) > tolerance).sort((a, b) => widthOf(b) - widthOf(a));
}

const SAMPLES = 50;
const MOVES = 4;

/**
 * The first of the gaps that is really one; null where float32 cannot tell: where a unit stands at a kink (a ReLU at zero, two values that
 * are both a window's maximum), a gradient is one number or another, and rounding decides which. There the reference moves when every
 * activation is off by what float32 rounds away, and elsewhere by next to nothing. The gap may be as wide as some of its moves: at exactly
 * zero Keras gives a ReLU with a slope and a ceiling the gradient 0, which is on neither side.
 *
 * @param moved the answer with other roundings, where it is asked for
 * @param expected the reference's own answer
 */
export function realGap(
  gaps: readonly Gap[],
  expected: Float64Array,
  moved: (sample: number, places: readonly number[]) => Float64Array,
): Gap | null {
  const settled = (left: readonly Gap[]): readonly Gap[] => {
    let open = left;
    for (let sample = 1; sample <= SAMPLES && open.length > 0; sample++) {
      const values = moved(
        sample,
        open.map(({ place }) => place),
      );
      open = open.filter((gap) => MOVES * Math.abs((values[gap.place] ?? 0) - (expected[gap.place] ?? 0)) < widthOf(gap));
    }
    return open;
  };
  // The widest alone is soon looked at, and mostly there is nothing more to say.
  return settled(gaps.slice(0, 1))[0] ?? settled(gaps.slice(1))[0] ?? null;
}

/** Of each activation's values: some ten times what float32 rounds away. */
const NOISE = 2 ** -20;

/** The samples up to here move the values of an activation together; later ones each by itself. */
export const TOGETHER = 20;

/**
 * What the values of one activation are off by, in parts of the noise, as a function of their place, from 0 to 1.
 *
 * Values that are exactly alike (the zeros after a ReLU, the two calls of one layer) stand at a kink together, and whoever decides about one
 * decides about all: so the first samples move all values of an activation up, or all down, the first of them most or the last.
 */
function offsets(sample: number, draw: Draw): (place: number) => number {
  if (sample > TOGETHER) return () => draw.real(-1, 1);
  const isRising = sample <= 4 ? sample % 2 === 0 : draw.isOneIn(2);
  const isUp = sample <= 4 ? sample <= 2 : draw.isOneIn(2);
  return (place) => ((isUp ? 1 : -1) * (1 + (isRising ? place : 1 - place))) / 2;
}

/** Every activation a little off, the same every time for the same sample, from 1: as another order of additions leaves it. */
export function roundingNoise(activations: readonly Values[], sample: number): Change {
  const draw = new Draw(sample);
  const noise = activations.map(({ data }) => {
    const rms = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
    const offset = offsets(sample, draw);
    return data.map((value, i) => NOISE * (Math.abs(value) + rms) * offset(i / data.length));
  });
  return (node, { shape, data }): Values => ({ shape, data: data.map((value, i) => value + (noise[node]?.[i] ?? 0)) });
}
