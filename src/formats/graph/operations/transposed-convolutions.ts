/** Transposed convolutions: all that the taps reach, cut as the node says. */
import { convolutionKernel } from '../../architectures/blocks/torch-kernels.ts';
import { windowOf } from '../../layers/kinds/convolution-geometry.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Operation } from '../layers/call.ts';
import { FORMAT, images, pairIn } from './convolutions.ts';

export const transposedConvolution: Operation = (call) => {
  const { node, writer, name } = call;
  const x = images(call);
  const kernel = call.constant(1);
  const bias = call.constant(2);
  const [batch = 1, channels = 1, ...lengths] = x.shape;
  const [takes = 0, filters = 0, ...taps] = kernel?.shape ?? [];
  if (kernel?.shape.length !== 4 || takes !== channels || node.number('group', 1) !== 1)
    throw new Unsupported(
      `is a transposed convolution in groups, or of weights that do not fit its ${channels} channels, which cannot be run here; please use one without groups`,
    );
  if (!['NOTSET', 'VALID'].includes(node.text('auto_pad', 'NOTSET')) || node.has('output_shape'))
    throw new Unsupported('leaves open how it is cut, which cannot be run here; please export it with pads');
  const strides = pairIn(node.numbers('strides'), 1);
  const dilations = pairIn(node.numbers('dilations'), 1);
  const added = pairIn(node.numbers('output_padding'), 0);
  const [top = 0, left = 0, bottom = 0, right = 0] = node.numbers('pads') ?? [];
  const whole = lengths.map((length, i) => (length - 1) * (strides[i] ?? 1) + windowOf(taps[i] ?? 1, dilations[i] ?? 1) + (added[i] ?? 0));
  const cropping = [
    [top, bottom],
    [left, right],
  ];
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
  writer.madeWeight(layer, 'kernel', (weight) =>
    convolutionKernel(weight, { shape: kernel.shape, values: Float32Array.from(kernel.values), source: name }),
  );
  if (bias) writer.weight(layer, 'bias', [filters], bias.values);
  const cut = isCut ? writer.layer('Cropping2D', name, [layer], { cropping, ...FORMAT }) : layer;
  return [{ ...x, layer: cut, shape: [batch, filters, ...out] }];
};
