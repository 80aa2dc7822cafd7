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

export function reduction(name: 'max' | 'mean' | 'min' | 'sum'): Operation {
  return (call) => {
    const { node } = call;
    const x = call.activation(0);
    const rank = x.shape.length;
    const given = call.numbers(1, 'axes') ?? [];
    const axes = [...new Set(given.map((axis) => axisOf(axis, rank)))].sort((a, b) => a - b);
    if (axes.length === 0 && node.number('noop_with_empty_axes', 0) === 1) return [x];
    const keepsSides = node.number('keepdims', 1) === 1;
    if (axes.some((axis) => axis < 0 || axis >= rank))
      throw new Unsupported(`takes together sides that a tensor of the shape [${x.shape.join(', ')}] has not; please export it again`);
    if (axes.length === 0 || axes[0] === 0 || (!keepsSides && axes.length === rank - 1))
      throw new Unsupported(
        'takes several images of a batch together, or leaves nothing but them, which cannot be run here; please export a network that keeps them apart',
      );
    const kind = POOLINGS[name];
    const pooled = kind && wholeMaps(call, x, axes, kind, keepsSides);
    if (pooled) return [pooled];
    const config = { function: name, axes: axes.map((axis) => layerAxis(x, axis)), keepdims: keepsSides };
    const shape = keepsSides
      ? x.shape.map((side, axis) => (axes.includes(axis) ? 1 : side))
      : x.shape.filter((_, axis) => !axes.includes(axis));
    const y = call.layer('Reduction', x, config, shape);
    const left = (axis: number) => axis - axes.filter((each) => each < axis).length;
    return [keepsSides ? y : { ...y, axes: x.axes.filter((axis) => !axes.includes(axis)).map(left) }];
  };
}
