/**
 * Operations on images of frameworks that count sides as `[batch, rows, columns, channels]`, as ONNX's, which have channels first. The
 * transpositions around them cost nothing: a tensor knows how its sides lie (`layers/activation.ts`).
 */
import { wholeNumbers } from '../nodes/constant.ts';
import type { AttributeValue } from '../nodes/graph.ts';
import type { Sides } from '../operations/convolutions.ts';
import type { NodeWriter, Owner } from './node-writer.ts';

export type ChannelPlace = 'first' | 'last';

/** How a window is padded: as TensorFlow says it, or in cells. */
export type WindowPadding = 'same' | 'valid' | readonly [top: number, left: number, bottom: number, right: number];

const CHANNELS_FIRST = [0, 3, 1, 2];
const CHANNELS_LAST = [0, 2, 3, 1];

function paddingAttributes(padding: WindowPadding): Record<string, AttributeValue> {
  if (padding === 'same') return { auto_pad: 'SAME_UPPER' };
  return padding === 'valid' ? { auto_pad: 'VALID' } : { pads: padding };
}

/**
 * Nodes that work on images with channels first.
 *
 * @param write writes them down, the last one's result called so, where that is said, and gives its name
 */
function onImages(
  writer: NodeWriter,
  { name, output }: Owner,
  x: string,
  channels: ChannelPlace,
  write: (x: string, outputs?: readonly string[]) => string,
): void {
  if (channels === 'first') {
    write(x, [output]);
    return;
  }
  const turned = writer.add(name, 'Transpose', [x], { perm: CHANNELS_FIRST });
  writer.add(name, 'Transpose', [write(turned)], { perm: CHANNELS_LAST }, [output]);
}

/** Of which sides of a kernel those of ONNX's are made, `[filters, channels, rows, columns]`; transposed ones have `[channels, filters, …]`. */
export const KERNEL_ORDERS = {
  /** TensorFlow's `[rows, columns, channels, filters]`; of its transposed ones, `[rows, columns, filters, channels]`. */
  lastFilters: [3, 2, 0, 1],
  /** TensorFlow Lite's `[filters, rows, columns, channels]`. */
  firstFilters: [0, 3, 1, 2],
  /** TensorFlow Lite's of transposed convolutions, `[filters, rows, columns, channels]`. */
  transposedFirstFilters: [3, 0, 1, 2],
} as const;

export function turned(writer: NodeWriter, owner: string, tensor: string, order: readonly number[]): string {
  return writer.add(owner, 'Transpose', [tensor], { perm: order });
}

/** `[rows, columns, channels, multiplier]` as `[channels * multiplier, 1, rows, columns]`. */
export function depthwiseKernel(writer: NodeWriter, owner: string, tensor: string): string {
  const byChannel = turned(writer, owner, tensor, [2, 3, 0, 1]);
  const [rows = 1, columns = 1] = writer.constantAt(tensor)?.shape ?? [];
  return writer.add(owner, 'Reshape', [byChannel, writer.constant(owner, wholeNumbers([-1, 1, rows, columns]))]);
}

export interface ConvolutionParts {
  readonly x: string;
  /** `[filters, channels, rows, columns]` */
  readonly kernel: string;
  readonly bias?: string | undefined;
  readonly strides: Sides;
  readonly dilations: Sides;
  readonly padding: WindowPadding;
  /** 0: as many as the kernel and the channels that go in say. */
  readonly groups: number;
  readonly channels: ChannelPlace;
}

export function convolution(writer: NodeWriter, owner: Owner, parts: ConvolutionParts): void {
  const { x, kernel, bias, strides, dilations, padding, groups, channels } = parts;
  const attributes = { strides, dilations, group: groups, ...paddingAttributes(padding) };
  const weights = bias === undefined ? [kernel] : [kernel, bias];
  onImages(writer, owner, x, channels, (image, outputs) => writer.add(owner.name, 'Conv', [image, ...weights], attributes, outputs));
}

interface TransposedConvolutionParts {
  readonly x: string;
  /** `[channels, filters, rows, columns]` */
  readonly kernel: string;
  readonly bias?: string | undefined;
  readonly strides: Sides;
  readonly padding: WindowPadding;
  /** A tensor of the rows and columns of the result. */
  readonly size: string;
  readonly channels: ChannelPlace;
}

export function transposedConvolution(writer: NodeWriter, owner: Owner, parts: TransposedConvolutionParts): void {
  const { x, kernel, bias = '', strides, padding, size, channels } = parts;
  const attributes = { strides, ...paddingAttributes(padding) };
  onImages(writer, owner, x, channels, (image, outputs) =>
    writer.add(owner.name, 'ConvTranspose', [image, kernel, bias, size], attributes, outputs),
  );
}

interface PoolingParts {
  readonly x: string;
  readonly kind: 'Average' | 'Max';
  readonly window: Sides;
  readonly strides: Sides;
  readonly padding: WindowPadding;
  readonly channels: ChannelPlace;
}

export function pooling(writer: NodeWriter, owner: Owner, { x, kind, window, strides, padding, channels }: PoolingParts): void {
  const attributes = { kernel_shape: window, strides, ...paddingAttributes(padding) };
  onImages(writer, owner, x, channels, (image, outputs) => writer.add(owner.name, `${kind}Pool`, [image], attributes, outputs));
}

interface ResizingParts {
  readonly x: string;
  readonly kind: 'linear' | 'nearest';
  /** A tensor of rows and columns. */
  readonly size: string;
  readonly alignsCorners: boolean;
  readonly hasHalfPixels: boolean;
  readonly channels: ChannelPlace;
}

export function resizing(writer: NodeWriter, owner: Owner, parts: ResizingParts): void {
  const { x, kind, size, alignsCorners, hasHalfPixels, channels } = parts;
  const attributes = {
    mode: kind,
    coordinate_transformation_mode: alignsCorners ? 'align_corners' : hasHalfPixels ? 'half_pixel' : 'asymmetric',
    nearest_mode: alignsCorners || hasHalfPixels ? 'round_prefer_ceil' : 'floor',
  };
  const { name } = owner;
  onImages(writer, owner, x, channels, (image, outputs) => {
    const others = writer.add(name, 'Shape', [image], { start: 0, end: 2 });
    const sizes = writer.add(name, 'Concat', [others, size], { axis: 0 });
    return writer.add(name, 'Resize', [image, '', '', sizes], attributes, outputs);
  });
}

/** @param paddings a tensor of `[sides, 2]`, the cells before and after each @param attributes such as the mode */
export function padding(
  writer: NodeWriter,
  owner: Owner,
  { x, paddings, value, channels }: { x: string; paddings: string; value?: string; channels: ChannelPlace },
  attributes: Readonly<Record<string, AttributeValue>> = {},
): void {
  const { name } = owner;
  const order = channels === 'last' ? CHANNELS_FIRST : [0, 1, 2, 3];
  const inOrder = writer.add(name, 'Gather', [paddings, writer.constant(name, wholeNumbers(order))], { axis: 0 });
  const ends = turned(writer, name, inOrder, [1, 0]);
  const pads = writer.add(name, 'Reshape', [ends, writer.constant(name, wholeNumbers([-1]))]);
  const inputs = value === undefined ? [pads] : [pads, value];
  onImages(writer, owner, x, channels, (image, outputs) => writer.add(name, 'Pad', [image, ...inputs], attributes, outputs));
}

/** An operation of ONNX that takes nothing but images and settings, such as `DepthToSpace`. */
export function imageOperation(
  writer: NodeWriter,
  owner: Owner,
  kind: string,
  { x, channels, weights = [] }: { x: string; channels: ChannelPlace; weights?: readonly string[] },
  attributes: Readonly<Record<string, AttributeValue>>,
): void {
  onImages(writer, owner, x, channels, (image, outputs) => writer.add(owner.name, kind, [image, ...weights], attributes, outputs));
}
