/** Operators on images with weights or windows. */
import {
  convolution,
  imageOperation,
  KERNEL_ORDERS,
  padding,
  pooling,
  resizing,
  transposedConvolution,
  turned,
} from '../../graph/nhwc/image-nodes.ts';
import { wholeNumbers } from '../../graph/nodes/constant.ts';
import type { Sides } from '../../graph/operations/convolutions.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { OperatorCall, Translation } from './operator-call.ts';

/** `Padding` */
const PADDINGS = ['same', 'valid'] as const;

type PaddingName = (typeof PADDINGS)[number];

function paddingOf(call: OperatorCall, field = 0): PaddingName {
  const found = PADDINGS[call.byte(field)];
  if (found) return found;
  throw new Unsupported(`is padded in the way ${call.byte(field)}, which TFLite does not know; please convert it again`);
}

/** Rows and columns, of which TFLite has the columns first. */
function pair(call: OperatorCall, columns: number, otherwise = 0): Sides {
  const sides: Sides = [call.whole(columns + 1, otherwise), call.whole(columns, otherwise)];
  if (sides.every((side) => side >= 1)) return sides;
  throw new Unsupported('moves its windows in steps of nothing; please convert it again');
}

function biasOf(call: OperatorCall, place: number): string | undefined {
  return call.input(place) || undefined;
}

/** Operators around it may say how its window is. */
function window(call: OperatorCall, dilationField: number) {
  return call.operator.window ?? { dilations: pair(call, dilationField, 1), padding: paddingOf(call) };
}

const conv2d: Translation = (call) => {
  const { writer } = call;
  call.withFused(3, (owner) => {
    const kernel = turned(writer, call.name, call.input(1), KERNEL_ORDERS.firstFilters);
    const common = { x: call.input(0), bias: biasOf(call, 2), strides: pair(call, 1), channels: 'last' } as const;
    convolution(writer, owner, { ...common, kernel, groups: 0, ...window(call, 4) });
  });
};

/** The kernel is `[1, rows, columns, channels * multiplier]`. */
const depthwise: Translation = (call) => {
  const { writer } = call;
  const [filters = 1, channels] = [call.taken(1).shape.at(-1), call.taken(0).shape.at(-1)];
  const groups = channels ?? filters / Math.max(1, call.whole(3));
  call.withFused(4, (owner) => {
    const kernel = turned(writer, call.name, call.input(1), [3, 0, 1, 2]);
    const common = { x: call.input(0), bias: biasOf(call, 2), strides: pair(call, 1), channels: 'last' } as const;
    convolution(writer, owner, { ...common, kernel, groups, ...window(call, 5) });
  });
};

const transposed: Translation = (call) => {
  const { writer, name } = call;
  call.withFused(3, (owner) => {
    const kernel = turned(writer, name, call.input(1), KERNEL_ORDERS.transposedFirstFilters);
    const size = writer.add(name, 'Gather', [call.input(0), writer.constant(name, wholeNumbers([1, 2]))], { axis: 0 });
    const parts = { x: call.input(2), kernel, bias: biasOf(call, 3), strides: pair(call, 1), padding: paddingOf(call), size };
    transposedConvolution(writer, owner, { ...parts, channels: 'last' });
  });
};

const fullyConnected: Translation = (call) => {
  const { writer, name } = call;
  if (call.byte(1) !== 0) throw new Unsupported('has weights in an order of its own, which is not read here; please convert it again');
  const [x, weights, bias] = [call.taken(0), call.input(1), biasOf(call, 2)];
  const keepsSides = call.flag(2) && x.shape.length !== 2;
  const features = call.taken(1).shape[1] ?? 0;
  const biases = bias === undefined ? [] : [bias];
  call.withFused(0, (owner) => {
    if (keepsSides) {
      const matrix = turned(writer, name, weights, [1, 0]);
      writer.add(owner.name, 'MatMul', [call.input(0), matrix, ...biases], {}, [owner.output]);
      return;
    }
    const rows = writer.constant(name, wholeNumbers([-1, features]));
    const flat = x.shape.length === 2 ? call.input(0) : writer.add(`${name}/Flatten`, 'Reshape', [call.input(0), rows]);
    writer.add(owner.name, 'Gemm', [flat, weights, ...biases], { transB: 1 }, [owner.output]);
  });
};

function pool(kind: 'Average' | 'Max'): Translation {
  return (call) => {
    const padding = call.operator.window?.padding ?? paddingOf(call);
    const parts = { x: call.input(0), kind, strides: pair(call, 1), window: pair(call, 3), padding };
    call.withFused(5, (owner) => pooling(call.writer, owner, { ...parts, channels: 'last' }));
  };
}

function resize(kind: 'linear' | 'nearest', alignsField: number): Translation {
  return (call) => {
    const [alignsCorners, hasHalfPixels] = [call.flag(alignsField), call.flag(alignsField + 1)];
    const parts = { x: call.input(0), kind, size: call.input(1), alignsCorners, hasHalfPixels };
    resizing(call.writer, call.owner, { ...parts, channels: 'last' });
  };
}

function pad(attributes: (call: OperatorCall) => Readonly<Record<string, string>>, hasValue = false): Translation {
  return (call) => {
    if (![0, 4].includes(call.taken(0).shape.length))
      throw new Unsupported('pads a tensor that is no image, which cannot be run here; please convert another network');
    const value = hasValue && call.input(2) !== '' ? { value: call.input(2) } : {};
    padding(call.writer, call.owner, { x: call.input(0), paddings: call.input(1), ...value, channels: 'last' }, attributes(call));
  };
}

function blocks(kind: string): Translation {
  return (call) => imageOperation(call.writer, call.owner, kind, { x: call.input(0), channels: 'last' }, { blocksize: call.whole(0) });
}

/** Divided by `(bias + alpha * sum) ** beta` over the channels around each: ONNX takes the mean instead of the sum. */
const localResponse: Translation = (call) => {
  const size = 2 * call.whole(0) + 1;
  const attributes = { size, bias: call.float(1), alpha: call.float(2) * size, beta: call.float(3) };
  imageOperation(call.writer, call.owner, 'LRN', { x: call.input(0), channels: 'last' }, attributes);
};

/** Slopes are `[1, 1, channels]`, or `[channels]`. */
const pRelu: Translation = (call) => {
  const { writer, name } = call;
  const slopes = call.taken(1).shape;
  if (call.taken(0).shape.length !== 4) {
    call.node('PRelu', [call.input(0), call.input(1)]);
    return;
  }
  const alone = slopes.slice(0, -1).every((side) => side === 1);
  if (!alone)
    throw new Unsupported(
      'has slopes of another shape than one for each channel, which cannot be run here; please use one for each channel',
    );
  const first = writer.add(name, 'Reshape', [call.input(1), writer.constant(name, wholeNumbers([-1, 1, 1]))]);
  imageOperation(writer, call.owner, 'PRelu', { x: call.input(0), channels: 'last', weights: [first] }, {});
};

export const CONVOLUTIONS: Readonly<Record<string, Translation>> = {
  AVERAGE_POOL_2D: pool('Average'),
  CONV_2D: conv2d,
  DEPTHWISE_CONV_2D: depthwise,
  DEPTH_TO_SPACE: blocks('DepthToSpace'),
  FULLY_CONNECTED: fullyConnected,
  LOCAL_RESPONSE_NORMALIZATION: localResponse,
  MAX_POOL_2D: pool('Max'),
  MIRROR_PAD: pad((call) => ({ mode: call.byte(0) === 0 ? 'reflect' : 'symmetric' })),
  PAD: pad(() => ({})),
  PADV2: pad(() => ({}), true),
  PRELU: pRelu,
  RESIZE_BILINEAR: resize('linear', 2),
  RESIZE_NEAREST_NEIGHBOR: resize('nearest', 0),
  SPACE_TO_DEPTH: blocks('SpaceToDepth'),
  TRANSPOSE_CONV: transposed,
};
