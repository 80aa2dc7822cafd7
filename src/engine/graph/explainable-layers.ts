/** Which layers can be explained and what that costs, and which one is shown first. */

import { canBeExplained, type LayerInfo, type WorkSize } from '../../explain/layer-info.ts';
import { workAt } from '../incremental/planning/layer-work.ts';
import { blocksOf } from './layer-blocks.ts';
import type { GraphNode, LayerGraph } from './layer-graph.ts';
import { type Grids, gridsOf } from './turned-grids.ts';

/** Why a layer has no cells to explain; null when it has. */
function unsupportedReasonOf({ id, shape, operation }: GraphNode, { turned, unknown }: Grids): string | null {
  const [, rows, columns, channels] = shape;
  if (!operation) return 'It is the image itself, not a layer’s activation.';
  if (shape.length !== 4) return `It has no cells: its activation is ${shape.length === 2 ? 'one vector' : 'no grid'}.`;
  if (!rows || !columns || !channels) return 'Its size is not fixed.';
  if (rows * columns < 2) return 'It has a single cell, so there is nothing to compare.';
  if (turned.has(id)) return 'Its rows and columns are not the image’s: the sides of its activation have changed places.';
  if (unknown.has(id)) return 'Nothing tells whether its rows and columns are the image’s: its values are laid out anew.';
  return null;
}

const NOTHING: WorkSize = { macs: 0, values: 0 };

/** What else each layer was called. */
function formerNames(otherNames: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  for (const [former, layer] of otherNames) names.set(layer, [...(names.get(layer) ?? []), former]);
  return names;
}

/**
 * All layers in running order, with what whole tails of theirs take: what copies take that are worked out from what they change is planned
 * when that is asked for (`incremental/planning/layer-plans.ts`).
 *
 * @param otherNames what layers were called before, by that name
 */
export function describeLayers(graph: LayerGraph, otherNames: ReadonlyMap<string, string> = new Map()): LayerInfo[] {
  const former = formerNames(otherNames);
  const grids = gridsOf(graph);
  const blocks = blocksOf(graph);
  return graph.nodes.map((node, index) => {
    const unsupportedReason = unsupportedReasonOf(node, grids);
    const hasGrid = node.shape.length === 4;
    const [rows, columns] = hasGrid ? [node.shape[1] ?? 1, node.shape[2] ?? 1] : [1, 1];
    const others = former.get(node.name);
    const common = {
      name: node.name,
      ...(others && { otherNames: others }),
      kind: node.kind,
      role: node.role,
      rows,
      columns,
      channels: node.shape.at(-1) ?? 1,
      block: blocks[index] ?? '',
      unsupportedReason,
    };
    if (unsupportedReason !== null) return { ...common, tail: NOTHING, channelTail: NOTHING };
    return { ...common, ...workAt(graph, node, null) };
  });
}

/**
 * The last convolutional layer: the last convolution, or the concatenation or sum that its result flows into
 * (`conv5_block32_concat` for DenseNet, `conv5_block3_add` for ResNet). In networks of torch, the output of the module that it is in (`layer4.2`
 * after `layer4.2.add`). The last explainable layer where there is no convolution.
 */
export function defaultLayer(layers: readonly LayerInfo[]): string {
  const spatial = layers.filter(canBeExplained);
  const last = spatial.findLastIndex(({ role }) => role === 'convolution');
  const merge = spatial.slice(last + 1).findLast(({ role }) => role === 'merge');
  const found = merge ?? spatial[last] ?? spatial.at(-1);
  if (!found) return '';
  const outputs = spatial.slice(spatial.indexOf(found) + 1).filter(({ name }) => found.name.startsWith(`${name}.`));
  // Of the modules that it is in, the innermost.
  return outputs.sort((a, b) => b.name.length - a.name.length)[0]?.name ?? found.name;
}
