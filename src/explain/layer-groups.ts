/** Which layers stand together, and which of them stands for a block. */
import { canBeExplained, type LayerInfo } from './layer-info.ts';

export interface LayerGroup {
  readonly block: string;
  readonly layers: readonly LayerInfo[];
}

/** The layers by block, in the order in which the network runs them. */
export function groupLayers(layers: readonly LayerInfo[]): LayerGroup[] {
  const groups: { block: string; layers: LayerInfo[] }[] = [];
  for (const layer of layers) {
    const last = groups.at(-1);
    if (last?.block === layer.block) last.layers.push(layer);
    else groups.push({ block: layer.block, layers: [layer] });
  }
  return groups;
}

/**
 * The layer at which each block ends: its last concatenation or sum, else its last convolution. What comes after that in a block, such as a
 * transition's pooling, only leads over to the next one; a group with neither, such as a padded stem or a normalising head, is no block.
 */
export function blockEnds(layers: readonly LayerInfo[]): LayerInfo[] {
  return groupLayers(layers).flatMap(({ layers: members }) => {
    const spatial = members.filter(canBeExplained);
    const end = spatial.findLast(({ role }) => role === 'merge') ?? spatial.findLast(({ role }) => role === 'convolution');
    return end ? [end] : [];
  });
}
