/**
 * Keras' layers Reshape and Flatten: tf.js cannot tell how many values a side of -1 stands for before it runs, and refuses to flatten what is
 * flat already, as the result of a global pooling is.
 */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { sizeOfShape } from '../../formats/network/artifacts.ts';

/** The shape without its batch, with the one side that may be open worked out. */
function closed(values: number, target: readonly number[]): number[] {
  const known = sizeOfShape(target.filter((side) => side >= 0));
  const sides = target.map((side) => (side < 0 ? values / known : side));
  const open = target.filter((side) => side < 0).length;
  if (open > 1 || sizeOfShape(sides) !== values || !sides.every(Number.isInteger))
    throw new Error(`${values} values cannot be laid out as ${target.join(' × ')}`);
  return sides;
}

class Reshape extends tfl.layers.Layer {
  static readonly className = 'Reshape';
  readonly #target: readonly number[];

  constructor(config: { readonly targetShape: readonly (number | null)[] }) {
    super(config as object);
    this.#target = config.targetShape.map((side) => side ?? -1);
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [inputShape[0] ?? null, ...closed(sizeOfShape(inputShape.slice(1).map(Number)), this.#target)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const [batch = 1, ...sides] = x.shape;
    return tf.reshape(x, [batch, ...closed(sizeOfShape(sides), this.#target)]);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), targetShape: [...this.#target] };
  }
}
tf.serialization.registerClass(Reshape);

class Flatten extends tfl.layers.Layer {
  static readonly className = 'Flatten';

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    return [inputShape[0] ?? null, sizeOfShape(inputShape.slice(1).map(Number))];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
    const [batch = 1, ...sides] = x.shape;
    return tf.reshape(x, [batch, sizeOfShape(sides)]);
  }
}
tf.serialization.registerClass(Flatten);

/** As Python slices a list: `start:stop:step`, or one position, or all axes that nobody speaks of. */
type SliceSetting = readonly [start: number | null, stop: number | null, step: number | null] | number | '...';

/** Positions along an axis: `from`, `from + step` and so on. */
interface Range {
  readonly from: number;
  readonly count: number;
  readonly step: number;
  /** One position: the axis is gone. */
  readonly isDropped: boolean;
}

function rangeOf(setting: SliceSetting, length: number): Range {
  if (typeof setting === 'number') {
    const from = setting < 0 ? setting + length : setting;
    if (from < 0 || from >= length) throw new Error(`there is no position ${setting} among ${length}`);
    return { from, count: 1, step: 1, isDropped: true };
  }
  const [start, stop, givenStep] = setting === '...' ? [null, null, 1] : setting;
  const step = givenStep ?? 1;
  const [least, most] = step > 0 ? [0, length] : [-1, length - 1];
  const bounded = (value: number | null, otherwise: number) =>
    value === null ? otherwise : Math.min(most, Math.max(least, value < 0 ? value + length : value));
  const from = bounded(start, step > 0 ? 0 : length - 1);
  const count = Math.max(0, Math.ceil((bounded(stop, step > 0 ? length : -1) - from) / step));
  return { from, count, step, isDropped: false };
}

/** What is taken of each axis but the batch, of which everything is. */
function rangesOf(settings: readonly SliceSetting[], sides: readonly number[]): Range[] {
  const at = settings.indexOf('...');
  const open = sides.length + 1 - (settings.length - (at < 0 ? 0 : 1));
  if (open < 0) throw new Error(`there are no ${settings.length} axes to slice`);
  const all = Array.from({ length: open }, (): SliceSetting => [null, null, 1]);
  const each = at < 0 ? [...settings, ...all] : [...settings.slice(0, at), ...all, ...settings.slice(at + 1)];
  const [batch, ...others] = each;
  if (JSON.stringify(batch) !== '[null,null,1]') throw new Error('it takes some images of a batch alone');
  return others.map((setting, i) => rangeOf(setting, sides[i] ?? 0));
}

/** Every position of a range along an axis, with operations that have a gradient everywhere. */
function take(x: tf.Tensor, axis: number, { from, count, step }: Range): tf.Tensor {
  const length = x.shape[axis] ?? 0;
  const turned = step < 0 ? tf.reverse(x, axis) : x;
  const [start, stride] = step < 0 ? [length - 1 - from, -step] : [from, step];
  if (start === 0 && stride === 1 && count === length) return turned;
  const span = (count - 1) * stride + 1;
  const sides = (wanted: number) => x.shape.map((side, i) => (i === axis ? wanted : side));
  const starts = x.shape.map((_, i) => (i === axis ? start : 0));
  const part = tf.slice(turned, starts, sides(span));
  if (stride === 1) return part;
  // Laid out with a row for each position that is taken, of which the first value is wanted.
  const padded = tf.pad(
    part,
    x.shape.map((_, i): [number, number] => [0, i === axis ? count * stride - span : 0]),
  );
  const [before, after] = [sizeOfShape(x.shape.slice(0, axis)), sizeOfShape(x.shape.slice(axis + 1))];
  const rows = tf.reshape(padded, [before * count, stride * after]);
  return tf.reshape(tf.slice(rows, [0, 0], [before * count, after]), sides(count));
}

/** `x[..., ::-1]` and its like, which is no layer of Keras but stands among a network's layers. */
class Slice extends tfl.layers.Layer {
  static readonly className = 'Slice';
  readonly slices: readonly SliceSetting[];

  constructor(config: { readonly slices: readonly SliceSetting[] }) {
    super(config as object);
    this.slices = config.slices;
  }

  override computeOutputShape(inputShape: tfl.Shape): tfl.Shape {
    const ranges = rangesOf(this.slices, inputShape.slice(1).map(Number));
    return [inputShape[0] ?? null, ...ranges.filter(({ isDropped }) => !isDropped).map(({ count }) => count)];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = (Array.isArray(inputs) ? inputs[0] : inputs) as tf.Tensor;
      const ranges = rangesOf(this.slices, x.shape.slice(1));
      const taken = ranges.reduce((part: tf.Tensor, range, i) => take(part, i + 1, range), x);
      const sides = ranges.filter(({ isDropped }) => !isDropped).map(({ count }) => count);
      return tf.reshape(taken, [x.shape[0], ...sides]);
    });
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), slices: this.slices.map((slice) => (typeof slice === 'object' ? [...slice] : slice)) };
  }
}
tf.serialization.registerClass(Slice);
