/** Normalisations, with the statistics of training or of the tensor itself. */
import { Unsupported } from '../../layers/layer-rule.ts';
import { type Activation, axisOf, inOrder, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import type { Constant } from '../nodes/constant.ts';

function perChannel(call: Call, place: number, channels: number, otherwise: number): ArrayLike<number> {
  const constant: Constant | null = call.constant(place);
  if (!constant) return new Float32Array(channels).fill(otherwise);
  if (constant.values.length === channels) return constant.values;
  throw new Unsupported(
    `normalises ${channels} channels by ${constant.values.length} numbers, which do not fit together; please export it again`,
  );
}

function withScale(call: Call, y: Activation, channels: number): void {
  call.writer.weight(y.layer, 'gamma', [channels], perChannel(call, 1, channels, 1));
  call.writer.weight(y.layer, 'beta', [channels], perChannel(call, 2, channels, 0));
}

export const batchNormalization: Operation = (call) => {
  const { node, writer } = call;
  const x = call.channelsLast(0);
  const channels = x.shape[1] ?? 1;
  // Before opset 14, what else it gives says that it is one of training.
  const isOfTraining = node.number('training_mode', 0) !== 0 || (call.opset < 14 && node.outputs.slice(1).some((output) => output !== ''));
  if (isOfTraining) throw new Unsupported('normalises by each batch, as in training; please export the network for inference');
  const y = call.layer('BatchNormalization', x, {
    axis: -1,
    momentum: 0.9,
    epsilon: node.number('epsilon', 1e-5),
    center: true,
    scale: true,
  });
  withScale(call, y, channels);
  writer.weight(y.layer, 'moving_mean', [channels], perChannel(call, 3, channels, 0));
  writer.weight(y.layer, 'moving_variance', [channels], perChannel(call, 4, channels, 1));
  return [y];
};

/** Each channel by itself: groups of one. */
export const instanceNormalization: Operation = (call) => {
  const x = call.channelsLast(0);
  const channels = x.shape[1] ?? 1;
  const y = call.layer('GroupNormalization', x, {
    groups: channels,
    axis: -1,
    epsilon: call.node.number('epsilon', 1e-5),
    center: true,
    scale: true,
  });
  withScale(call, y, channels);
  return [y];
};

/** Scaled by channel from opset 21 on, and by group before. */
export const groupNormalization: Operation = (call) => {
  const { node, opset, writer } = call;
  const x = call.channelsLast(0);
  const channels = x.shape[1] ?? 1;
  const groups = node.number('num_groups', 1);
  const after = node.numbers('shape');
  if (after?.some((side, axis) => side > 0 && side !== x.shape[axis]))
    throw new Unsupported(
      `lays out what was [${x.shape.join(', ')}] as [${after.join(', ')}] after its groups, which cannot be run here; please export another network`,
    );
  if (channels % groups !== 0)
    throw new Unsupported(`normalises ${channels} channels in ${groups} groups, which does not come out even; please export it again`);
  const y = call.layer('GroupNormalization', x, { groups, axis: -1, epsilon: node.number('epsilon', 1e-5), center: true, scale: true });
  if (opset >= 21) {
    withScale(call, y, channels);
    return [y];
  }
  const each = (values: ArrayLike<number>) =>
    Float32Array.from({ length: channels }, (_, i) => values[Math.floor((i * groups) / channels)] ?? 0);
  writer.weight(y.layer, 'gamma', [channels], each(perChannel(call, 1, groups, 1)));
  writer.weight(y.layer, 'beta', [channels], each(perChannel(call, 2, groups, 0)));
  return [y];
};

/** Over the last side, which in ConvNeXts is that of the channels. */
export const layerNormalization: Operation = (call) => {
  const { node } = call;
  const given = call.activation(0);
  const rank = given.shape.length;
  const last = rank - 1;
  if (axisOf(node.number('axis', -1), rank) !== last)
    throw new Unsupported('normalises several sides together, which cannot be run here; please normalise the channels alone');
  const x = layerAxis(given, last) === last ? given : call.arranged(given, inOrder(rank));
  const channels = x.shape[last] ?? 1;
  const y = call.layer('LayerNormalization', x, { axis: -1, epsilon: node.number('epsilon', 1e-5), center: true, scale: true });
  withScale(call, y, channels);
  return [y];
};

/** By the squares of neighbouring channels, as in AlexNet and the first GoogLeNet. */
export const localResponseNormalization: Operation = (call) => {
  const { node } = call;
  const x = call.channelsLast(0);
  const size = node.number('size', 0);
  if (x.shape.length < 2 || !Number.isInteger(size) || size < 1)
    throw new Unsupported('does not say by how many channels it normalises; please export it again');
  const settings = { alpha: node.number('alpha', 1e-4), beta: node.number('beta', 0.75), bias: node.number('bias', 1) };
  return [call.layer('LocalResponseNormalization', x, { size, ...settings })];
};

/** To a length of one along one side. */
export const lengthNormalization: Operation = (call) => {
  const { node } = call;
  const x = call.activation(0);
  const axis = axisOf(node.number('axis', -1), x.shape.length);
  if (axis === 0 || node.number('p', 2) !== 2)
    throw new Unsupported('normalises by another length than the square root of squares, which cannot be run here; please use that');
  return [call.layer('UnitNormalization', x, { axis: layerAxis(x, axis) })];
};
