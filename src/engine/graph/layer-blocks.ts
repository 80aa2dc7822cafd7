/** The blocks that a network's layers are listed under, compared by and shuffled by: what their names say, or where the grid gets coarser. */
import type { GraphNode, LayerGraph } from './layer-graph.ts';

/** Of Keras' names: `conv5_block32_concat`, `block3_conv2`; its default `conv2d_7` says nothing. */
const KERAS_BLOCK = /^(?:.*\/)?((?:conv(?![123]d)|block|stage|mixed)_?\d+)/;

/** Of the paths of torch's modules: `layer4.1.conv2`, `features.5.0.block.1`, `trunk_output.block3.block3-0.f`, `s3.b1.conv1`, `stages.2.blocks.0`. */
const TORCH_BLOCK =
  /^(?:(?:layer\d+|s\d+|stage\d+|inception\w+|Mixed_\w+)(?=\.|$)|(?:features|blocks|stages|layers)\.(?:\d+(?=\.|$)|(?:denseblock|transition)\d+)|trunk_output\.block\d+)/;

/** What a layer's name begins with; null where it says nothing, as in a plain row (`features.3`), of which every layer would be a block. */
function blockInName(name: string, { nodes }: LayerGraph): string | null {
  const [module] = TORCH_BLOCK.exec(name) ?? [];
  if (module === undefined) return KERAS_BLOCK.exec(name)?.[1] ?? null;
  return name !== module || nodes.some((node) => node.name.startsWith(`${module}.`)) ? module : null;
}

/** What comes before the first named block, and after the last one. */
const [BEFORE, AFTER] = ['stem', 'head'];

/** A layer whose name says nothing belongs with the layer before it. */
function byName(names: readonly (string | null)[]): string[] {
  const last = names.findLastIndex((name) => name !== null);
  let block = BEFORE;
  return names.map((name, index) => {
    block = name ?? (last >= 0 && index > last ? AFTER : block);
    return block;
  });
}

/** How often the grid was halved since the image; null for what has no cells to compare. Padding and what it takes away do not count. */
function halvingsOf({ shape }: GraphNode, side: number): number | null {
  const [, rows, columns] = shape;
  return shape.length === 4 && rows && columns && rows * columns > 1 ? Math.round(Math.log2(side / Math.max(rows, columns))) : null;
}

/** A block ends where the grid gets coarser, once there was a convolution in it. */
function byGrid(nodes: readonly GraphNode[], { shape }: GraphNode): string[] {
  const side = Math.max(shape[1] ?? 1, shape[2] ?? 1);
  const halvings = nodes.map((node) => halvingsOf(node, side));
  const last = halvings.findLastIndex((count) => count !== null);
  let [stage, most, hasConvolution] = [1, 0, false];
  return nodes.map(({ role }, index) => {
    const count = halvings[index] ?? null;
    if (count !== null && count > most) {
      if (hasConvolution) [stage, hasConvolution] = [stage + 1, false];
      most = count;
    }
    if (role === 'convolution') hasConvolution = true;
    return index > last ? AFTER : `stage${stage}`;
  });
}

/** The block of every node. Where names tell no two apart, as Keras' default ones and those of a plain row, the sizes of the maps do. */
export function blocksOf(graph: LayerGraph): string[] {
  const { nodes } = graph;
  const names = nodes.map(({ name }) => blockInName(name, graph));
  const input = nodes[graph.input];
  if (!input || new Set(names.filter((name) => name !== null)).size > 1) return byName(names);
  const stages = byGrid(nodes, input);
  return stages.includes('stage2') ? stages : byName(names);
}
