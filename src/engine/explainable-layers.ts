/** Which layers can be explained, how they are grouped, and which one is shown first. */
import type { LayerInfo } from '../core/layer-info.ts';
import type { GraphNode, LayerGraph } from './layer-graph.ts';

/** Kinds that only join what convolutions computed: the end of a block. */
const MERGES = new Set(['Concatenate', 'Add', 'Average', 'Maximum', 'Multiply']);
const CONVOLUTIONS = new Set(['Conv2D', 'SeparableConv2D', 'DepthwiseConv2D', 'Conv2DTranspose']);

/**
 * The group a layer is listed under: Keras' names start with it (`conv5_block32_concat`, `block3_conv2`). A layer whose name says nothing
 * belongs with the layer before it; Keras' default `conv2d_7` says nothing.
 */
function blockOf(name: string): string | null {
  return /^(?:.*\/)?((?:conv(?![123]d)|block|stage|mixed)_?\d+)/.exec(name)?.[1] ?? null;
}

function spatialShape({ shape, operation }: GraphNode): [number, number, number] | null {
  const [, rows, columns, channels] = shape;
  if (!operation || shape.length !== 4 || !rows || !columns || !channels || rows * columns < 2) return null;
  return [rows, columns, channels];
}

/** All layers with spatial activations (more than one cell), in running order. */
export function explainableLayers(graph: LayerGraph): LayerInfo[] {
  const lastNamed = graph.nodes.findLast((node) => blockOf(node.name))?.id ?? graph.nodes.length;
  const layers: LayerInfo[] = [];
  let block = 'stem';
  for (const node of graph.nodes) {
    block = blockOf(node.name) ?? (node.id > lastNamed ? 'head' : block);
    const shape = spatialShape(node);
    if (!shape) continue;
    const [rows, columns, channels] = shape;
    layers.push({ name: node.name, kind: node.kind, rows, columns, channels, block });
  }
  return layers;
}

/**
 * The last convolutional layer: the last convolution, or the concatenation or sum that its result flows into
 * (`conv5_block32_concat` for DenseNet, `conv5_block3_add` for ResNet). The last spatial layer where there is no convolution.
 */
export function defaultLayer(graph: LayerGraph): string {
  const spatial = graph.nodes.filter((node) => spatialShape(node));
  const last = spatial.findLastIndex((node) => CONVOLUTIONS.has(node.kind));
  const merge = spatial.slice(last + 1).findLast((node) => MERGES.has(node.kind));
  return (merge ?? spatial[last] ?? spatial.at(-1))?.name ?? '';
}
