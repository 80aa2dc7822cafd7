/** How layers are listed and found. */

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

/** Lower is better; null: no match. A whole name beats a beginning, which beats a part. */
function rank(name: string, query: string): number | null {
  const text = name.toLowerCase();
  if (text === query) return 0;
  if (text.startsWith(query)) return 1;
  return text.includes(query) ? 2 : null;
}

/** The entries whose name has `query` in it, best first; all of them, as they are, for an empty query. */
export function searchByName<Entry>(entries: readonly Entry[], nameOf: (entry: Entry) => string, query: string): Entry[] {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return [...entries];
  return entries
    .flatMap((entry) => {
      const place = rank(nameOf(entry), wanted);
      return place === null ? [] : [{ entry, place }];
    })
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry);
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
