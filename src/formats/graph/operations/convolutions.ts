/** Convolutions of images, with all ways to pad them. */
import { convolutionKernel, depthwiseKernel } from '../../architectures/blocks/torch-kernels.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Activation } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { floatsOf } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';

export type Sides = readonly [rows: number, columns: number];
export interface Padding {
  readonly before: Sides;
  readonly after: Sides;
}

export const FORMAT = { data_format: 'channels_last' } as const;

export function pairIn(numbers: readonly number[] | null, otherwise: number): Sides {
  const [rows = otherwise, columns = otherwise] = numbers ?? [];
  return [rows, columns];
}

/** Of images: four sides. @throws Unsupported */
export function images(call: Call): Activation {
  const x = call.channelsLast(0);
  if (x.shape.length === 4) return x;
  throw new Unsupported(`runs over a tensor of ${x.shape.length} sides, and only images are taken here; please give an image classifier`);
}

/** How many cells a window takes in, with those that it leaves out. */
function extent(taps: number, dilation: number): number {
  return (taps - 1) * dilation + 1;
}

/** What is padded on each side, whichever way the node says it. @param windows the extent of each */
export function paddingOf({ node }: Call, [, , rows = 1, columns = 1]: readonly number[], windows: Sides, strides: Sides): Padding {
  const auto = node.text('auto_pad', 'NOTSET');
  if (auto === 'VALID') return { before: [0, 0], after: [0, 0] };
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const totals = [rows, columns].map((length, side) => {
      const stride = strides[side] ?? 1;
      return Math.max(0, (Math.ceil(length / stride) - 1) * stride + (windows[side] ?? 1) - length);
    });
    const less = pairIn(
      totals.map(Math.floor).map((total) => Math.floor(total / 2)),
      0,
    );
    const more = pairIn(
      totals.map((total) => Math.ceil(total / 2)),
      0,
    );
    return auto === 'SAME_UPPER' ? { before: less, after: more } : { before: more, after: less };
  }
  if (auto !== 'NOTSET') throw new Unsupported(`is padded by ${auto}, which ONNX does not know; please export it again`);
  const [top = 0, left = 0, bottom = 0, right = 0] = node.numbers('pads') ?? [];
  return { before: [top, left], after: [bottom, right] };
}

export function sidesOf({ before, after }: Padding): number[][] {
  return [0, 1].map((side) => [before[side] ?? 0, after[side] ?? 0]);
}

/** Whether it is padded to as many results as there are strides in its input, whatever its size. */
export function isPaddedAsKeras(node: GraphNode): boolean {
  return node.text('auto_pad', 'NOTSET') === 'SAME_UPPER';
}

function outputSide(length: number, window: number, stride: number, before: number, after: number): number {
  return Math.floor((length + before + after - window) / stride) + 1;
}

export const convolutionOfImages: Operation = (call) => {
  const { node, writer, name } = call;
  const x = images(call);
  const kernel = call.constant(1);
  const bias = call.constant(2);
  const [batch = 1, channels = 1, rows = 1, columns = 1] = x.shape;
  const [filters = 0, perGroup = 0, down = 1, across = 1] = kernel?.shape ?? [];
  // Other frameworks leave it to the channels that go in.
  const groups = node.number('group', 1) || Math.max(1, Math.floor(channels / perGroup));
  if (kernel?.shape.length !== 4 || kernel.shape.includes(0) || groups * perGroup !== channels || filters % groups !== 0)
    throw new Unsupported(
      `takes ${channels} channels, and has weights of the shape [${kernel?.shape.join(', ') ?? ''}] in ${groups} groups, which do not fit together; please export it again`,
    );
  const strides = pairIn(node.numbers('strides'), 1);
  const dilations = pairIn(node.numbers('dilations'), 1);
  const windows: Sides = [extent(down, dilations[0]), extent(across, dilations[1])];
  const padding = paddingOf(call, x.shape, windows, strides);
  const { before, after } = padding;
  const out = [rows, columns].map((length, i) => outputSide(length, windows[i] ?? 1, strides[i] ?? 1, before[i] ?? 0, after[i] ?? 0));
  if (out.some((side) => side < 1)) throw new Unsupported('has a window that is larger than its input; please give a larger input size');
  if ([...before, ...after].some((cells) => cells < 0))
    throw new Unsupported('pads less than nothing, which cannot be run here; please export it with a Slice instead');
  // Without a stride, Keras pads evenly, and one cell more after than before where that does not come out even.
  const isEven = windows.every(
    (window, i) => strides[i] === 1 && before[i] === Math.floor((window - 1) / 2) && after[i] === Math.ceil((window - 1) / 2),
  );
  // With one, it pads as the layer's input asks for, whatever size that has. It dilates no window that moves on by more than a cell.
  const isSame = isEven || (isPaddedAsKeras(node) && dilations.every((rate) => rate === 1));
  const isPadded = [...before, ...after].some((cells) => cells > 0);
  const padded =
    isSame || !isPadded ? x.layer : writer.layer('ZeroPadding2D', `${name}.pad`, [x.layer], { padding: sidesOf(padding), ...FORMAT });
  const config = {
    kernel_size: [down, across],
    strides: [...strides],
    padding: isSame ? 'same' : 'valid',
    dilation_rate: [...dilations],
    ...FORMAT,
    activation: 'linear',
    use_bias: bias !== null,
  };
  const isDepthwise = perGroup === 1 && groups > 1;
  const tensor = () => ({ shape: kernel.shape, values: floatsOf(kernel), source: name });
  const multiplier = filters / groups;
  const layer = isDepthwise
    ? writer.layer('DepthwiseConv2D', name, [padded], { ...config, depth_multiplier: multiplier })
    : writer.layer('Conv2D', name, [padded], { ...config, filters, groups });
  if (isDepthwise) writer.madeWeight(layer, 'depthwise_kernel', (weight) => depthwiseKernel(weight, tensor(), multiplier));
  else writer.madeWeight(layer, 'kernel', (weight) => convolutionKernel(weight, tensor()));
  if (bias) writer.weight(layer, 'bias', [filters], bias.values);
  return [{ ...x, layer, shape: [batch, filters, ...out] }];
};
