/** What layers do to images, done to weights: exporters leave it in graphs where kernels are made of others whenever a network runs. */
import { sizeOfShape } from '../../network/artifacts.ts';
import { type Constant, constant, numbersOf } from './constant.ts';
import { broadcast, combined, MAX_FOLDED, mapped, strides, turned } from './constant-arithmetic.ts';
import type { GraphNode } from './graph.ts';

type Folding = (node: GraphNode, inputs: readonly (Constant | null)[]) => Constant | null;

/** More products than kernels are made of, which would hold the page for seconds. */
const MAX_PRODUCTS = 2 ** 30;

/** As NumPy multiplies: a vector is a row before, and a column behind. @throws Error */
function product(a: Constant, b: Constant): Constant | null {
  if (a.shape.length === 0 || b.shape.length === 0) throw new Error('a matrix is multiplied by a single number');
  const left = a.shape.length === 1 ? [1, ...a.shape] : a.shape;
  const right = b.shape.length === 1 ? [...b.shape, 1] : b.shape;
  const [rows = 1, inner = 1] = left.slice(-2);
  const [other = 1, columns = 1] = right.slice(-2);
  if (inner !== other) throw new Error(`matrices of the shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}] do not go together`);
  const batch = broadcast(left.slice(0, -2), right.slice(0, -2));
  const [count, cells] = [sizeOfShape(batch), rows * columns];
  if (count * cells > MAX_FOLDED || count * cells * inner > MAX_PRODUCTS) return null;
  const [leftSteps, rightSteps] = [left, right].map((shape) => strides(shape.slice(0, -2), batch.length));
  const [x, y] = [a.values, b.values];
  const values = new Float64Array(count * cells);
  for (let matrix = 0; matrix < count; matrix++) {
    let [rest, from, to] = [matrix, 0, 0];
    for (let axis = batch.length - 1; axis >= 0; axis--) {
      const place = rest % (batch[axis] ?? 1);
      rest = Math.floor(rest / (batch[axis] ?? 1));
      from += place * (leftSteps?.[axis] ?? 0) * rows * inner;
      to += place * (rightSteps?.[axis] ?? 0) * inner * columns;
    }
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < inner; i++) {
        const factor = x[from + row * inner + i] ?? 0;
        const at = matrix * cells + row * columns;
        for (let column = 0; column < columns; column++)
          values[at + column] = (values[at + column] ?? 0) + factor * (y[to + i * columns + column] ?? 0);
      }
  }
  const shape = [...batch, ...(a.shape.length > 1 ? [rows] : []), ...(b.shape.length > 1 ? [columns] : [])];
  return constant(shape, values, a.isFloat || b.isFloat);
}

const matMul: Folding = (_, [a, b]) => (a && b ? product(a, b) : null);

const gemm: Folding = (node, [a, b, added]) => {
  if (!a || !b || a.shape.length !== 2 || b.shape.length !== 2) return null;
  const found = product(node.number('transA', 0) === 1 ? turned(a, [1, 0]) : a, node.number('transB', 0) === 1 ? turned(b, [1, 0]) : b);
  const [alpha, beta] = [node.number('alpha', 1), node.number('beta', 1)];
  const scaled = found && mapped(found, (value) => alpha * value);
  return scaled && added ? combined(scaled, added, (value, other) => value + beta * other) : scaled;
};

const flatten: Folding = (node, [x]) => {
  if (!x) return null;
  const given = node.number('axis', 1);
  const axis = given < 0 ? given + x.shape.length : given;
  return { ...constant([sizeOfShape(x.shape.slice(0, axis)), sizeOfShape(x.shape.slice(axis))], [], x.isFloat), values: x.values };
};

/** By what is told, or in training by the mean and the variance of each channel, which is how kernels are standardised. */
const batchNormalization: Folding = (node, inputs) => {
  const [x, scale, offset, mean, variance] = inputs;
  if (!x || !scale || !offset || !mean || !variance) return null;
  const [images = 1, channels = 1] = x.shape;
  const cells = sizeOfShape(x.shape.slice(2));
  const epsilon = node.number('epsilon', 1e-5);
  const isOfBatch = node.number('training_mode', 0) === 1;
  const [values, scales, offsets, means, variances] = [x, scale, offset, mean, variance].map(numbersOf);
  const result = new Float64Array(values?.length ?? 0);
  for (let channel = 0; channel < channels; channel++) {
    const places = Array.from({ length: images * cells }, (_, i) => (Math.floor(i / cells) * channels + channel) * cells + (i % cells));
    const own = places.map((place) => values?.[place] ?? 0);
    const average = own.reduce((sum, value) => sum + value, 0) / own.length;
    const squares = own.reduce((sum, value) => sum + (value - average) ** 2, 0) / own.length;
    const [middle = 0, spread = 1] = isOfBatch ? [average, squares] : [means?.[channel], variances?.[channel]];
    for (const [i, place] of places.entries())
      result[place] = (((own[i] ?? 0) - middle) / Math.sqrt(spread + epsilon)) * (scales?.[channel] ?? 1) + (offsets?.[channel] ?? 0);
  }
  return constant(x.shape, result, true);
};

/** Along the last side: along others, opsets differ. */
const softmax: Folding = (node, [x]) => {
  const rank = x?.shape.length ?? 0;
  const axis = node.number('axis', rank - 1);
  if (!x || rank === 0 || (rank > 2 && !node.has('axis')) || (axis < 0 ? axis + rank : axis) !== rank - 1) return null;
  const length = x.shape[rank - 1] ?? 1;
  const values = numbersOf(x);
  const result = new Float64Array(values.length);
  for (let at = 0; at < values.length; at += length) {
    const row = values.slice(at, at + length);
    const most = row.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
    const parts = row.map((value) => Math.exp(value - most));
    const total = parts.reduce((sum, part) => sum + part, 0);
    for (const [i, part] of parts.entries()) result[at + i] = part / total;
  }
  return constant(x.shape, result, true);
};

export const LAYERS_OF_CONSTANTS: Readonly<Record<string, Folding>> = {
  BatchNormalization: batchNormalization,
  Flatten: flatten,
  Gemm: gemm,
  MatMul: matMul,
  Softmax: softmax,
};
