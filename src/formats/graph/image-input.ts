/** The one tensor that a graph takes: an image, with its channels first or last. */
import { AppError } from '../../core/app-error.ts';
import { CHANNEL_COUNTS } from '../../core/images/preprocessing.ts';
import { channelsLast, inOrder } from './layers/activation.ts';
import type { GraphInput, ImageLayout, OperationGraph } from './nodes/graph.ts';

/** Its shape as the graph has it, with sides that it leaves open of some length. */
export interface Image {
  readonly shape: readonly number[];
  /** For each side of the layer's result, which of these it is. */
  readonly axes: readonly number[];
}

const WEIGHTED = ['Conv', 'Gemm', 'MatMul'];

/** @throws AppError for a network that takes nothing, or several tensors */
export function onlyInput(fileName: string, { inputs, nodes }: OperationGraph): GraphInput {
  const [input, ...others] = inputs;
  if (input && others.length === 0) return input;
  const names = new Set(others.map(({ name }) => name));
  if (nodes.some((node) => WEIGHTED.includes(node.kind) && names.has(node.inputs[1] ?? ''))) {
    throw new AppError(
      'model-unsupported',
      `The network in ${fileName} has no weights of its own and takes them as inputs; please export it with them (torch.onnx.export: export_params=True).`,
    );
  }
  throw new AppError(
    'model-unsupported',
    `The network in ${fileName} has ${inputs.length} inputs; please give one that takes a single image.`,
  );
}

const CHANNEL_SIDES = { 'channels-first': 1, 'channels-last': 3 } as const satisfies Record<ImageLayout, number>;

function mayHaveChannels(side: number | null | undefined): boolean {
  return side === null || CHANNEL_COUNTS.some((count) => count === side);
}

/** How its sides can be meant, the likeliest first; none where it is no image. */
export function layoutsOf({ shape }: GraphInput): ImageLayout[] {
  if (shape?.length !== 4) return [];
  const possible = (['channels-first', 'channels-last'] as const).filter((layout) => mayHaveChannels(shape[CHANNEL_SIDES[layout]]));
  // One that is said counts more than one that is left open.
  return possible.toSorted((a, b) => Number(shape[CHANNEL_SIDES[a]] === null) - Number(shape[CHANNEL_SIDES[b]] === null));
}

function layoutOf(input: GraphInput): ImageLayout {
  return input.layout ?? layoutsOf(input)[0] ?? 'channels-first';
}

/** How many channels it may take, the likeliest first: where that is left open, its weights tell. */
export function channelCountsOf(input: GraphInput): readonly number[] {
  const said = input.shape?.[CHANNEL_SIDES[layoutOf(input)]] ?? null;
  return said === null ? [3, ...CHANNEL_COUNTS.filter((count) => count !== 3)] : [said];
}

/** @param side the length of rows and columns that are left open @param count of channels @returns null for what is no image */
export function imageOf(input: GraphInput, side: number, count = 3): Image | null {
  const { shape } = input;
  if (shape?.length !== 4) return null;
  const layout = layoutOf(input);
  const channels = CHANNEL_SIDES[layout];
  const sides = shape.map((length, axis) => length ?? (axis === 0 ? 1 : axis === channels ? count : side));
  return { shape: sides, axes: layout === 'channels-first' ? channelsLast(4) : inOrder(4) };
}
