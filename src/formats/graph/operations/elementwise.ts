/** Functions of single values, which become activations. */
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Json } from '../../network/artifacts.ts';
import { axisOf, layerAxis } from '../layers/activation.ts';
import type { Call, Operation } from '../layers/call.ts';
import { singleOf } from '../nodes/constant.ts';
import { turned } from '../nodes/constant-arithmetic.ts';

/** @param activation by Keras' names, or this project's own with settings */
function plain(activation: Json): Operation {
  return (call) => [call.function(activation)];
}

function isNear(value: number, wanted: number): boolean {
  return Math.abs(value - wanted) < 1e-5 * Math.max(1, Math.abs(wanted));
}

/** A bound that is an attribute before opset 11, and an input then. */
function boundOf(call: Call, place: number, attribute: string): number | null {
  const given = call.inputs[place];
  if (!given) return call.node.has(attribute) ? call.node.number(attribute, 0) : null;
  const value = singleOf(call.constant(place));
  if (value === null)
    throw new Unsupported('is bounded by something else than one number, which cannot be run here; please export it again');
  return value;
}

/** Beyond this, nothing that a network computes is bounded: exporters write the largest number for no bound. */
const UNBOUNDED = 3e38;

const clip: Operation = (call) => {
  const [low, high] = [boundOf(call, 1, 'min'), boundOf(call, 2, 'max')];
  const minimum = low === null || low <= -UNBOUNDED ? null : low;
  const maximum = high === null || high >= UNBOUNDED ? null : high;
  if (minimum === null && maximum === null) return [call.function('linear')];
  if (minimum === 0 && maximum === null) return [call.function('relu')];
  if (minimum === 0 && maximum === 6) return [call.function('relu6')];
  const config = { ...(minimum !== null && { minimum }), ...(maximum !== null && { maximum }) };
  return [call.function({ class_name: 'clipOf', config })];
};

const elu: Operation = (call) => {
  const alpha = call.node.number('alpha', 1);
  return [call.function(alpha === 1 ? 'elu' : { class_name: 'eluOf', config: { alpha } })];
};

const SELU_ALPHA = 1.6732631921768188;
const SELU_GAMMA = 1.0507010221481323;

const selu: Operation = (call) => {
  const { node, writer, name } = call;
  const [alpha, gamma] = [node.number('alpha', SELU_ALPHA), node.number('gamma', SELU_GAMMA)];
  if (isNear(alpha, SELU_ALPHA) && isNear(gamma, SELU_GAMMA)) return [call.function('selu')];
  const x = call.activation(0);
  const activation: Json = { class_name: 'eluOf', config: { alpha } };
  const curved = writer.layer('Activation', `${name}.elu`, [x.layer], { activation });
  return [call.layer('Rescaling', { ...x, layer: curved }, { scale: gamma, offset: 0 })];
};

const celu: Operation = (call) => {
  const alpha = call.node.number('alpha', 1);
  if (!(alpha > 0)) throw new Unsupported('is a CELU of an alpha that is not above zero; please export it again');
  return [call.function({ class_name: 'celuOf', config: { alpha } })];
};

const thresholdedRelu: Operation = (call) => {
  const threshold = call.node.number('alpha', 1);
  if (threshold < 0) throw new Unsupported('has a threshold below zero, which cannot be run here; please export another network');
  return [call.function({ class_name: 'reluOf', config: { slope: 0, threshold } })];
};

const leakyRelu: Operation = (call) => [call.function({ class_name: 'leakyReluOf', config: { slope: call.node.number('alpha', 0.01) } })];

/** `clip(alpha x + beta, 0, 1)`: both of Keras' have a name. */
const hardSigmoid: Operation = (call) => {
  const { node, writer, name } = call;
  const [alpha, beta] = [node.number('alpha', 0.2), node.number('beta', 0.5)];
  if (isNear(alpha, 1 / 6) && isNear(beta, 0.5)) return [call.function('hardSigmoidOfKeras3')];
  if (isNear(alpha, 0.2) && isNear(beta, 0.5)) return [call.function('hard_sigmoid')];
  const x = call.activation(0);
  const scaled = writer.layer('Rescaling', `${name}.scale`, [x.layer], { scale: alpha, offset: beta });
  return [call.function({ class_name: 'clipOf', config: { minimum: 0, maximum: 1 } }, { ...x, layer: scaled })];
};

const gelu: Operation = (call) => [call.function(call.node.text('approximate', 'none') === 'tanh' ? 'gelu_new' : 'gelu')];

/** `x sigmoid(alpha x)`: of another slope than 1, the usual one of what is scaled before and after. */
const swish: Operation = (call) => {
  const { node, writer, name } = call;
  const alpha = node.number('alpha', 1);
  if (alpha === 1) return [call.function('silu')];
  const x = call.activation(0);
  if (alpha === 0) return [call.layer('Rescaling', x, { scale: 0.5, offset: 0 })];
  const scaled = writer.layer('Rescaling', `${name}.scale`, [x.layer], { scale: alpha, offset: 0 });
  const curved = writer.layer('Activation', `${name}.silu`, [scaled], { activation: 'silu' });
  return [call.layer('Rescaling', { ...x, layer: curved }, { scale: 1 / alpha, offset: 0 })];
};

/** Slopes are repeated along the sides that they have one of: mostly all but the channels. */
const pRelu: Operation = (call) => {
  const slope = call.constant(1);
  const single = singleOf(slope);
  if (single !== null) return [call.function({ class_name: 'leakyReluOf', config: { slope: single } })];
  const x = call.activation(0);
  const whole = [...Array.from({ length: Math.max(0, x.shape.length - (slope?.shape.length ?? 0)) }, () => 1), ...(slope?.shape ?? [])];
  if (!slope || whole.length !== x.shape.length || whole[0] !== 1 || whole.some((side, axis) => side !== 1 && side !== x.shape[axis]))
    throw new Unsupported(
      `has slopes of the shape [${slope?.shape.join(', ') ?? ''}] for a tensor of the shape [${x.shape.join(', ')}], which do not fit together; please export it again`,
    );
  const laidOut = turned({ ...slope, shape: whole, values: slope.values }, x.axes);
  const sides = laidOut.shape.slice(1);
  const y = call.layer('PReLU', x, { shared_axes: sides.flatMap((side, i) => (side === 1 ? [i + 1] : [])) });
  call.writer.weight(y.layer, 'alpha', sides, laidOut.values);
  return [y];
};

/** Over the side that the layer has last. Before opset 13, over all sides from one on together. */
function softmax(activation: string): Operation {
  return (call) => {
    const { node, opset } = call;
    const given = call.activation(0);
    const rank = given.shape.length;
    const axis = axisOf(node.number('axis', opset < 13 ? 1 : -1), rank);
    const isTogether = opset < 13 && given.shape.slice(axis + 1).some((side) => side > 1);
    if (axis === 0 || isTogether)
      throw new Unsupported('is a softmax over several sides together, which cannot be run here; please export it in a newer opset');
    const others = given.axes.filter((each) => each !== axis);
    const x = layerAxis(given, axis) === rank - 1 ? given : call.arranged(given, [...others, axis]);
    return [call.function(activation, x)];
  };
}

export const ELEMENTWISE: Readonly<Record<string, Operation>> = {
  Abs: plain('absolute'),
  Clip: clip,
  Celu: celu,
  Elu: elu,
  Erf: plain('errorFunction'),
  Exp: plain('exponential'),
  Gelu: gelu,
  HardSigmoid: hardSigmoid,
  HardSwish: plain('hard_silu'),
  LeakyRelu: leakyRelu,
  Log: plain('naturalLogarithm'),
  LogSoftmax: softmax('log_softmax'),
  Mish: plain('mish'),
  PRelu: pRelu,
  Reciprocal: plain({ class_name: 'powerOf', config: { exponent: -1 } }),
  Relu: plain('relu'),
  Selu: selu,
  Sigmoid: plain('sigmoid'),
  Sign: plain('signFunction'),
  Softmax: softmax('softmax'),
  Softplus: plain('softplus'),
  Softsign: plain('softsign'),
  Sqrt: plain('squareRoot'),
  Swish: swish,
  Tanh: plain('tanh'),
  ThresholdedRelu: thresholdedRelu,
};
