/**
 * Convolutions, which TensorFlow takes apart: the bias is added by a node of its own, and a dilated one is a plain one between two nodes that
 * take images apart and put them together again. So a convolution waits for the node that takes what it gives.
 */
import { withEnd } from '../../../graph/nhwc/fused-activations.ts';
import { type ConvolutionParts, convolution, depthwiseKernel, KERNEL_ORDERS, turned } from '../../../graph/nhwc/image-nodes.ts';
import type { NodeWriter } from '../../../graph/nhwc/node-writer.ts';
import { type Constant, numbersOf } from '../../../graph/nodes/constant.ts';
import type { TensorFlowNode } from '../tensorflow-node.ts';
import { type FusedEnd, fusedEnd } from './fused-ends.ts';
import { cellsOf, channelsOf, paddingOf } from './translation.ts';

const FULL: ReadonlySet<string> = new Set(['Conv2D', '_FusedConv2D']);
const DEPTHWISE: ReadonlySet<string> = new Set(['DepthwiseConv2dNative', 'FusedDepthwiseConv2dNative']);

export function isConvolution({ op }: TensorFlowNode): boolean {
  return FULL.has(op) || DEPTHWISE.has(op);
}

/** A convolution that is not written down yet. */
export interface Waiting {
  readonly parts: ConvolutionParts;
  readonly end: FusedEnd['end'];
  /** How many filters it has; null where its kernel is computed from the image. */
  readonly filters: number | null;
}

export function waitingConvolution(node: TensorFlowNode, to: NodeWriter): Waiting {
  const isDepthwise = DEPTHWISE.has(node.op);
  const filters = node.input(1);
  const { bias, end } = fusedEnd(node, to);
  const kernel = isDepthwise ? depthwiseKernel(to, node.title, filters) : turned(to, node.title, filters, KERNEL_ORDERS.lastFilters);
  const parts = {
    x: node.input(0),
    kernel,
    bias,
    strides: cellsOf(node, node.numbers('strides')),
    dilations: cellsOf(node, node.numbers('dilations')),
    padding: paddingOf(node),
    groups: 0,
    channels: channelsOf(node),
  };
  return { parts, end, filters: to.constantAt(kernel)?.shape[0] ?? null };
}

/** In the place of a node, after whatever it does itself. */
export function writeConvolution({ title, name }: TensorFlowNode, to: NodeWriter, { parts, end }: Waiting): void {
  withEnd(to, { name: title, output: name }, 'conv', end, (owner) => convolution(to, owner, parts));
}

/** Whether a tensor is one number for each filter, lying as what a convolution gives. */
function isBias({ shape }: Constant, { parts, filters }: Waiting): boolean {
  const channel = parts.channels === 'last' ? 0 : 2;
  const sides = shape.toReversed();
  return filters !== null && sides[channel] === filters && sides.every((side, place) => place === channel || side === 1);
}

/** The convolution with what the node adds to it; null where that is no bias of it. @param bias the tensor that is added */
export function withBias(node: TensorFlowNode, to: NodeWriter, waiting: Waiting, bias: string): Waiting | null {
  const { parts, end, filters } = waiting;
  const added = to.constantAt(bias);
  if (!added || end || parts.bias !== undefined || filters === null) return null;
  const isFitting = node.op === 'BiasAdd' ? added.shape.length === 1 && added.shape[0] === filters : isBias(added, waiting);
  return isFitting ? { ...waiting, parts: { ...parts, bias } } : null;
}

/** The dilated convolution that a plain one between two such nodes is; null where it is none. */
export function withDilation(apart: TensorFlowNode, together: TensorFlowNode, to: NodeWriter, waiting: Waiting): Waiting | null {
  const { parts } = waiting;
  const settings = [apart.input(1), apart.input(2), together.input(1), together.input(2)].map((input) => {
    const value = to.constantAt(input);
    return value ? numbersOf(value) : [];
  });
  const [block = [], paddings = [], sameBlock = [], crops = []] = settings;
  const [rows = 0, columns = 0] = block;
  const isPlain =
    [...parts.strides, ...parts.dilations].every((step) => step === 1) && parts.padding === 'valid' && parts.channels === 'last';
  if (!isPlain || block.length !== 2 || block.join() !== sameBlock.join() || paddings.length !== 4 || crops.length !== 4) return null;
  const [top = 0, bottom = 0, left = 0, right = 0] = paddings.map((cells, i) => cells - (crops[i] ?? 0));
  if ([top, bottom, left, right].some((cells) => cells < 0)) return null;
  return { ...waiting, parts: { ...parts, x: apart.input(0), dilations: [rows, columns], padding: [top, left, bottom, right] } };
}
