/** How a node of TensorFlow's is written down as ONNX's. */
import type { ChannelPlace, WindowPadding } from '../../../graph/nhwc/image-nodes.ts';
import type { NodeWriter } from '../../../graph/nhwc/node-writer.ts';
import { numbersOf, wholeNumbers } from '../../../graph/nodes/constant.ts';
import type { AttributeValue } from '../../../graph/nodes/graph.ts';
import type { Sides } from '../../../graph/operations/convolutions.ts';
import { Unsupported } from '../../../layers/layer-rule.ts';
import type { TensorFlowNode } from '../tensorflow-node.ts';

/** @throws Unsupported with what is wrong, as it stands after the node's name; Error for what cannot be right */
export type Translation = (node: TensorFlowNode, to: NodeWriter) => void;

export type Translations = Readonly<Record<string, Translation>>;

/** An operation of ONNX that takes and gives the same, whatever lies in its tensors. */
export function same(kind: string, attributes: Readonly<Record<string, AttributeValue>> = {}): Translation {
  return (node, to) => void to.add(node.title, kind, node.inputs, attributes, [node.name]);
}

/** A setting that is a tensor. @throws Unsupported where it is computed from the image */
export function settingAt(node: TensorFlowNode, to: NodeWriter, place: number): number[] {
  const value = to.constantAt(node.input(place));
  if (value) return numbersOf(value);
  throw new Unsupported('takes a setting that is computed from the image, which cannot be run here; please convert the model again');
}

export function list(node: TensorFlowNode, to: NodeWriter, values: readonly number[]): string {
  return to.constant(node.title, wholeNumbers(values));
}

export function channelsOf(node: TensorFlowNode): ChannelPlace {
  return node.text('data_format', 'NHWC').startsWith('NC') ? 'first' : 'last';
}

/** Rows and columns of a setting for all four sides, which those have that are never set where it is left out. */
export function cellsOf(node: TensorFlowNode, numbers: readonly number[]): Sides {
  const [rows = 1, columns = 1] = numbers.slice(channelsOf(node) === 'first' ? 2 : 1);
  return [rows, columns];
}

export function paddingOf(node: TensorFlowNode): WindowPadding {
  const padding = node.text('padding', 'VALID');
  if (padding === 'SAME') return 'same';
  if (padding === 'VALID') return 'valid';
  if (padding !== 'EXPLICIT')
    throw new Unsupported(`is padded by ${padding}, which TensorFlow does not know; please convert the model again`);
  const cells = node.numbers('explicit_paddings');
  const [top = 0, bottom = 0, left = 0, right = 0] = cells.slice(channelsOf(node) === 'first' ? 4 : 2);
  return [top, left, bottom, right];
}
