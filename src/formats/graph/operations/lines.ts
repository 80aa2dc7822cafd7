/** Operations of images that graphs also use of lines, `[batch, channels, length]`, such as the attention of ECA-Net: an image of one row each. */
import { sizeOfShape } from '../../network/artifacts.ts';
import type { Activation } from '../layers/activation.ts';
import { Call, type Operation, type Value } from '../layers/call.ts';
import { constant } from '../nodes/constant.ts';
import type { AttributeValue } from '../nodes/graph.ts';
import { laidOut } from './reshaping.ts';

/** What settings say of the rows, before what they say of the columns. */
const OF_ROWS: Readonly<Record<string, number>> = { dilations: 1, kernel_shape: 1, output_padding: 0, output_shape: 1, strides: 1 };

function ofImages(name: string, value: AttributeValue): AttributeValue {
  if (!Array.isArray(value)) return value;
  if (name === 'pads') return [0, value[0] ?? 0, 0, value[1] ?? 0];
  const rows = OF_ROWS[name];
  return rows === undefined ? value : [rows, ...value];
}

/** Weights with a side of one before their last. */
function kernelOfImages(value: Value | null): Value | null {
  if (value?.kind !== 'constant' || value.shape.length !== 3) return value;
  return { ...value, ...constant([...value.shape.slice(0, 2), 1, ...value.shape.slice(2)], value.values, value.isFloat) };
}

export function alsoOfLines(operation: Operation): Operation {
  return (call) => {
    const { node, inputs, writer, opset, name } = call;
    const [x, ...weights] = inputs;
    if (x?.kind !== 'activation' || x.shape.length !== 3) return operation(call);
    const [batch = 1, channels = 1, length = 1] = x.shape;
    const image = laidOut(call, x, [batch, channels, 1, length], `${name}.image`);
    const attributes = new Map([...node.attributes].map(([key, value]) => [key, ofImages(key, value)]));
    const results = operation(new Call(node.with({ attributes }), [image, ...weights.map(kernelOfImages)], writer, opset));
    return results.map((result): Value => {
      if (result.kind !== 'activation') return result;
      const y: Activation = result;
      return laidOut(call, y, [batch, y.shape[1] ?? 1, sizeOfShape(y.shape.slice(2))], `${name}.line`);
    });
  };
}
