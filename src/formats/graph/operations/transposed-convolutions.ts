/** Transposed convolutions: all that the taps reach, cut as the node says. */
import { convolutionKernel } from '../../architectures/blocks/torch-kernels.ts';
import { windowOf } from '../../layers/kinds/convolution-geometry.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Call, Operation } from '../layers/call.ts';
import type { Constant } from '../nodes/constant.ts';
import { FORMAT, images, pairIn, type Sides } from './convolutions.ts';

/** What is added to all that the taps reach, and cut off it on each side. */
interface Cut {
  readonly added: Sides;
  readonly cropping: readonly [before: number, after: number][];
}

/** @param windows the extent of each */
function cutOf(call: Call, lengths: readonly number[], windows: readonly number[], strides: Sides): Cut {
  const { node } = call;
  const auto = node.text('auto_pad', 'NOTSET');
  const added = pairIn(node.numbers('output_padding'), 0);
  const isSame = auto === 'SAME_UPPER' || auto === 'SAME_LOWER';
  const given = call.numbers(3, 'output_shape')?.slice(-2) ?? (isSame ? lengths.map((length, i) => length * (strides[i] ?? 1)) : null);
  if (!given) {
    const [top = 0, left = 0, bottom = 0, right = 0] = auto === 'VALID' ? [] : (node.numbers('pads') ?? []);
    const cropping: Cut['cropping'] = [
      [top, bottom],
      [left, right],
    ];
    return { added, cropping };
  }
  const over = lengths.map((length, i) => (length - 1) * (strides[i] ?? 1) + (windows[i] ?? 1) + (added[i] ?? 0) - (given[i] ?? 0));
  if (over.some((cells, i) => cells <= -(strides[i] ?? 1) || (auto === 'VALID' && cells > 0)))
    throw new Unsupported(`cannot give ${given.join(' × ')} cells of what goes in; please export it for this input size`);
  const cropping = over.map((cells): [number, number] => {
    const [less, more] = [Math.floor(Math.max(0, cells) / 2), Math.ceil(Math.max(0, cells) / 2)];
    return auto === 'SAME_UPPER' ? [less, more] : [more, less];
  });
  return {
    added: pairIn(
      over.map((cells, i) => (added[i] ?? 0) + Math.max(0, -cells)),
      0,
    ),
    cropping,
  };
}

/** More weights than any decoder has, with the zeros. */
const MAX_HELD = 2 ** 26;

/** `[channels, filters, ...]` of all groups together: zeros between a group's channels and another one's filters. */
function ofAllGroups({ shape, values }: Constant, groups: number): { shape: number[]; values: Float32Array } {
  const [channels = 0, each = 0, ...taps] = shape;
  const size = taps.reduce((product, side) => product * side, 1);
  const whole = new Float32Array(channels * each * groups * size);
  for (let channel = 0; channel < channels; channel++) {
    const first = Math.floor((channel * groups) / channels) * each;
    for (let i = 0; i < each * size; i++) whole[(channel * each * groups + first) * size + i] = values[channel * each * size + i] ?? 0;
  }
  return { shape: [channels, each * groups, ...taps], values: whole };
}

export const transposedConvolutionOfImages: Operation = (call) => {
  const { node, writer, name } = call;
  const x = images(call);
  const kernel = call.constant(1);
  const bias = call.constant(2);
  const [batch = 1, channels = 1, ...lengths] = x.shape;
  const [takes = 0, each = 0, ...taps] = kernel?.shape ?? [];
  const groups = node.number('group', 1);
  const filters = each * groups;
  if (kernel?.shape.length !== 4 || takes !== channels || groups < 1 || channels % groups !== 0)
    throw new Unsupported(
      `takes ${channels} channels, and has weights of the shape [${kernel?.shape.join(', ') ?? ''}] in ${groups} groups, which do not fit together; please export it again`,
    );
  if (groups > 1 && filters * channels * (taps[0] ?? 1) * (taps[1] ?? 1) > MAX_HELD)
    throw new Unsupported(
      `is a transposed convolution of ${channels} channels in ${groups} groups, which is too large to be run here; please use fewer channels`,
    );
  const strides = pairIn(node.numbers('strides'), 1);
  const dilations = pairIn(node.numbers('dilations'), 1);
  const windows = taps.map((count, i) => windowOf(count, dilations[i] ?? 1));
  const { added, cropping } = cutOf(call, lengths, windows, strides);
  const whole = lengths.map((length, i) => (length - 1) * (strides[i] ?? 1) + (windows[i] ?? 1) + (added[i] ?? 0));
  const out = whole.map((length, i) => length - (cropping[i]?.[0] ?? 0) - (cropping[i]?.[1] ?? 0));
  if (out.some((side) => side < 1) || cropping.flat().some((cells) => cells < 0))
    throw new Unsupported('cuts off more than there is, or less than nothing; please export it again');
  const isCut = cropping.flat().some((cells) => cells > 0);
  const layer = writer.layer('Conv2DTranspose', isCut ? `${name}.whole` : name, [x.layer], {
    filters,
    kernel_size: [...taps],
    strides: [...strides],
    padding: 'valid',
    output_padding: [...added],
    dilation_rate: [...dilations],
    ...FORMAT,
    activation: 'linear',
    use_bias: bias !== null,
  });
  writer.madeWeight(layer, 'kernel', (weight) => convolutionKernel(weight, { ...ofAllGroups(kernel, groups), source: name }));
  if (bias) writer.weight(layer, 'bias', [filters], bias.values);
  const cut = isCut ? writer.layer('Cropping2D', name, [layer], { cropping, ...FORMAT }) : layer;
  return [{ ...x, layer: cut, shape: [batch, filters, ...out] }];
};
