/** One value of all along some sides. */
import { Unsupported } from '../../layers/layer-rule.ts';
import { type Activation, axisOf, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { FORMAT } from './convolutions.ts';

/** The pooling of whole maps; null where other sides are taken together. */
function wholeMaps(
  call: Call,
  given: Activation,
  axes: readonly number[],
  kind: 'Average' | 'Max',
  keepsSides: boolean,
): Activation | null {
  const kept = [1, 2, 3].find((axis) => !axes.includes(axis));
  if (given.shape.length !== 4 || axes.length !== 2 || kept === undefined) return null;
  const x = call.arranged(given, [0, ...axes, kept]);
  const shape = x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side));
  if (keepsSides) return call.layer(`Global${kind}Pooling2D`, x, { ...FORMAT, keepdims: true }, shape);
  const pooled = call.layer(`Global${kind}Pooling2D`, x, FORMAT, [x.shape[0] ?? 1, x.shape[kept] ?? 1]);
  return { ...pooled, axes: [0, 1] };
}

const POOLINGS: Readonly<Record<string, 'Average' | 'Max'>> = { mean: 'Average', max: 'Max' };

type Function = 'max' | 'mean' | 'min' | 'sum';

function keepsSidesIn({ node }: Call): boolean {
  return node.number('keepdims', 1) === 1;
}

function reduced(call: Call, x: Activation, name: Function, keepsSides = keepsSidesIn(call)): Activation {
  const { node } = call;
  const rank = x.shape.length;
  const given = call.numbers(1, 'axes') ?? [];
  const axes = [...new Set(given.map((axis) => axisOf(axis, rank)))].sort((a, b) => a - b);
  if (axes.length === 0 && node.number('noop_with_empty_axes', 0) === 1) return x;
  if (axes.some((axis) => axis < 0 || axis >= rank))
    throw new Unsupported(`takes together sides that a tensor of the shape [${x.shape.join(', ')}] has not; please export it again`);
  if (axes.length === 0 || axes[0] === 0 || (!keepsSides && axes.length === rank - 1))
    throw new Unsupported(
      'takes several images of a batch together, or leaves nothing but them, which cannot be run here; please export a network that keeps them apart',
    );
  const kind = POOLINGS[name];
  const pooled = kind && wholeMaps(call, x, axes, kind, keepsSides);
  if (pooled) return pooled;
  const config = { function: name, axes: axes.map((axis) => layerAxis(x, axis)), keepdims: keepsSides };
  const shape = keepsSides
    ? x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
    : x.shape.filter((_, axis) => !axes.includes(axis));
  const y = call.layer('Reduction', x, config, shape);
  const left = (axis: number) => axis - axes.filter((each) => each < axis).length;
  return keepsSides ? y : { ...y, axes: x.axes.filter((axis) => !axes.includes(axis)).map(left) };
}

function reduction(name: Function): Operation {
  return (call) => [reduced(call, call.activation(0), name)];
}

/** The sum of what a function makes of each value. */
function sumOf(activation: string): Operation {
  return (call) => [reduced(call, call.step(activation, call.activation(0)).function(activation), 'sum')];
}

/** Of nothing but zeros, the root has no derivative; what is added up is never below zero, and float32 has smaller numbers. */
const LEAST = 1e-30;

const length: Operation = (call) => {
  const squares = call.step('square', call.activation(0)).function('square');
  const sum = reduced(call.step('sum', squares), squares, 'sum');
  const least = call.step('least', sum).function({ class_name: 'clipOf', config: { minimum: LEAST } });
  return [call.function('squareRoot', least)];
};

const logarithmOfSum: Operation = (call) => {
  const x = call.activation(0);
  return [call.function('naturalLogarithm', reduced(call.step('sum', x), x, 'sum'))];
};

/** Less the greatest of them, so that nothing overflows. */
const logarithmOfExponentials: Operation = (call) => {
  const x = call.activation(0);
  const { writer, name } = call;
  const greatest = reduced(call.step('greatest', x), x, 'max', true);
  const other = call.step('greatest', greatest).arranged(greatest, x.axes);
  const below = { ...x, layer: writer.layer('Subtract', `${name}.below`, [x.layer, other.layer]) };
  const parts = call.step('parts', below).function('exponential');
  const sum = reduced(call.step('sum', parts), parts, 'sum');
  const logarithm = call.step('logarithm', sum).function('naturalLogarithm');
  const again = keepsSidesIn(call) ? greatest : reduced(call.step('greatest', x), x, 'max');
  const fitting = call.step('greatest', again).arranged(again, logarithm.axes);
  return [{ ...logarithm, layer: writer.layer('Add', name, [logarithm.layer, fitting.layer]) }];
};

export const REDUCTIONS: Readonly<Record<string, Operation>> = {
  ReduceL1: sumOf('absolute'),
  ReduceL2: length,
  ReduceLogSum: logarithmOfSum,
  ReduceLogSumExp: logarithmOfExponentials,
  ReduceMax: reduction('max'),
  ReduceMean: reduction('mean'),
  ReduceMin: reduction('min'),
  ReduceSum: reduction('sum'),
  ReduceSumSquare: sumOf('square'),
};
