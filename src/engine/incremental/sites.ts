/** Where copies have values of their own, whatever reaches there otherwise: at the layer, or after every ReLU that its values reach. */

import type { AfterReluTail } from '../graph/after-relu-tail.ts';
import type { GraphNode, NodeId } from '../graph/layer-graph.ts';
import { type Channels, type Part, tensorsOf, type Value } from './part.ts';
import { channelsOf, mapOf, type PartWork } from './part-work.ts';

/** Channels of a node, and what kind of part copies have there. */
export interface Site extends Channels {
  readonly id: NodeId;
  readonly kind: 'window' | 'difference' | 'dense';
}

/** What copies have of their own, by node and in the order of channels; made when a node's turn comes. */
export type OwnParts<T> = ReadonlyMap<NodeId, () => Value<T>>;

/** All channels of a node. */
export function wholeSite(node: GraphNode, kind: Site['kind']): Site {
  return { id: node.id, kind, ...channelsOf(node) };
}

/** Every ReLU that a layer's values reach, at the layer's channels. */
export function afterReluSites({ places }: AfterReluTail, layer: GraphNode, kind: Site['kind']): Site[] {
  const { to: count } = channelsOf(layer);
  return [...places].flatMap(([id, starts]) => starts.map((from) => ({ id, kind, from, to: from + count })));
}

/** @param sites in the order of channels */
export function ownParts<T>(sites: readonly Site[], partAt: (site: Site) => Part<T>): OwnParts<T> {
  const byNode = new Map<NodeId, Site[]>();
  for (const site of sites) byNode.set(site.id, [...(byNode.get(site.id) ?? []), site]);
  return new Map([...byNode].map(([id, own]) => [id, () => own.map(partAt)]));
}

/** What of a part's channels is none of these. */
function leftOf<T>({ from, to }: Part<T>, taken: readonly Channels[]): Channels[] {
  const left: Channels[] = [];
  let start = from;
  for (const range of taken) {
    if (range.to <= start || range.from >= to) continue;
    if (range.from > start) left.push({ from: start, to: range.from });
    start = Math.min(range.to, to);
  }
  return start < to ? [...left, { from: start, to }] : left;
}

/** A value with some channels' parts in place of what they were. All of both is the result's, or freed. */
export function overlaid<T>(work: PartWork<T>, node: GraphNode, value: Value<T>, own: Value<T>): Value<T> {
  const parts = value.flatMap((part) => {
    const left = leftOf(part, own);
    const [first] = left;
    if (left.length === 1 && first?.from === part.from && first.to === part.to) return [part];
    const kept = left.map((range) => work.cut(part, range, mapOf(node)));
    work.arithmetic.free(tensorsOf(part));
    return kept;
  });
  return [...parts, ...own].sort((a, b) => a.from - b.from);
}
