/** Operations on images, but for convolutions. */
import {
  imageOperation,
  KERNEL_ORDERS,
  padding,
  pooling,
  resizing,
  transposedConvolution,
  turned,
} from '../../../graph/nhwc/image-nodes.ts';
import { Unsupported } from '../../../layers/layer-rule.ts';
import { cellsOf, channelsOf, list, paddingOf, type Translation, type Translations } from './translation.ts';

function pool(kind: 'Average' | 'Max'): Translation {
  return (node, to) => {
    const [window, strides] = [cellsOf(node, node.numbers('ksize')), cellsOf(node, node.numbers('strides'))];
    const parts = { x: node.input(0), kind, window, strides, padding: paddingOf(node), channels: channelsOf(node) };
    pooling(to, node.owner, parts);
  };
}

const batchNormalization: Translation = (node, to) => {
  const [x = '', ...weights] = node.inputs;
  // Converters leave the statistics of training in place, and tf.js takes them, whatever is said of training.
  imageOperation(
    to,
    node.owner,
    'BatchNormalization',
    { x, channels: channelsOf(node), weights },
    { epsilon: node.number('epsilon', 1e-4) },
  );
};

/** Over the channels, which TensorFlow always has last here: it divides by the sum of all squares, ONNX by their mean. */
const localResponse: Translation = (node, to) => {
  const size = 2 * node.number('depth_radius', 5) + 1;
  const settings = { size, alpha: node.number('alpha', 1) * size, beta: node.number('beta', 0.5), bias: node.number('bias', 1) };
  imageOperation(to, node.owner, 'LRN', { x: node.input(0), channels: 'last' }, settings);
};

function resize(kind: 'linear' | 'nearest'): Translation {
  return (node, to) => {
    const alignment = { alignsCorners: node.flag('align_corners'), hasHalfPixels: node.flag('half_pixel_centers') };
    resizing(to, node.owner, { x: node.input(0), kind, size: node.input(1), channels: 'last', ...alignment });
  };
}

function blocks(kind: 'DepthToSpace' | 'SpaceToDepth'): Translation {
  return (node, to) => {
    const settings = { blocksize: node.number('block_size', 2) };
    imageOperation(to, node.owner, kind, { x: node.input(0), channels: channelsOf(node) }, settings);
  };
}

const transposed: Translation = (node, to) => {
  const [size, filters, x] = [node.input(0), node.input(1), node.input(2)];
  if (node.numbers('dilations').some((rate) => rate !== 1) || !['SAME', 'VALID'].includes(node.text('padding', 'VALID')))
    throw new Unsupported(
      'is a dilated transposed convolution, or one with paddings of its own, which cannot be run here; please use a plain one',
    );
  const channels = channelsOf(node);
  // The sizes of all four sides, or of rows and columns alone.
  const isWhole = (to.constantAt(size)?.shape[0] ?? 4) > 2;
  const first = channels === 'first' ? 2 : 1;
  const cells = isWhole ? to.add(node.title, 'Gather', [size, list(node, to, [first, first + 1])], { axis: 0 }) : size;
  transposedConvolution(to, node.owner, {
    x,
    kernel: turned(to, node.title, filters, KERNEL_ORDERS.lastFilters),
    strides: cellsOf(node, node.numbers('strides')),
    padding: paddingOf(node),
    size: cells,
    channels,
  });
};

/** Of four sides those of an image; others are left as they are counted. */
function pad(attributes: (mode: string) => Readonly<Record<string, string>>): Translation {
  return (node, to) => {
    const [x, paddings] = [node.input(0), node.input(1)];
    const value = node.inputs[2];
    const isImage = (to.constantAt(paddings)?.shape[0] ?? 4) === 4;
    if (!isImage) throw new Unsupported('pads something else than images, which cannot be run here; please convert another network');
    const parts = { x, paddings, channels: 'last', ...(value !== undefined && { value }) } as const;
    padding(to, node.owner, parts, attributes(node.text('mode', '')));
  };
}

export const IMAGES: Translations = {
  AvgPool: pool('Average'),
  Conv2DBackpropInput: transposed,
  DepthToSpace: blocks('DepthToSpace'),
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV2: batchNormalization,
  FusedBatchNormV3: batchNormalization,
  LRN: localResponse,
  MaxPool: pool('Max'),
  MirrorPad: pad((mode) => ({ mode: mode.toLowerCase() })),
  Pad: pad(() => ({})),
  PadV2: pad(() => ({})),
  ResizeBilinear: resize('linear'),
  ResizeNearestNeighbor: resize('nearest'),
  SpaceToDepth: blocks('SpaceToDepth'),
};
