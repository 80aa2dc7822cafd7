/** What runs for a copy of which one channel is zeroed: near what the plan says, for every layer of a network. */
import type { WorkSize } from '../../../explain/layer-info.ts';
import type { ChangeRule } from '../../../formats/layers/kinds/layer-kind.ts';
import type { LayerGraph, Tail } from '../../graph/layer-graph.ts';
import { countOf } from '../part.ts';
import type { Site } from '../sites.ts';

/** A batch's copies share a range of this many channels: each takes all of them along, and weights are cut for them. */
const WIDTH = 32;

/** In layers with few channels it is a quarter of them, but for this. */
const LEAST_WIDTH = 4;

/** How many neighbouring channels a batch changes of so many. */
export function rangeOf(channels: number): number {
  return Math.min(WIDTH, Math.max(LEAST_WIDTH, Math.floor(channels / 4)));
}

/** Layers of which every channel of the result depends on one of the input's. */
const APART: ReadonlySet<ChangeRule> = new Set(['by-value', 'by-channel', 'scaled', 'filtered-apart', 'spread-apart', 'maximum']);

/** @param sites where the copy has a channel of its own, each of all channels of the layer */
export function workOfChannel({ nodes }: LayerGraph, { steps }: Tail, sites: readonly Site[]): WorkSize {
  /** Which share of a node's channels is worked out anew. */
  const shares = new Float64Array(nodes.length);
  const channelsOf = (id: number) => nodes[id]?.shape.at(-1) ?? 1;
  const own = new Float64Array(nodes.length);
  for (const site of sites) own[site.id] = (own[site.id] ?? 0) + Math.min(1, rangeOf(countOf(site)) / channelsOf(site.id));
  shares.set(own);
  let macs = 0;
  // What copies have of their own is written as well.
  let values = sites.reduce((sum, { id }) => sum + (own[id] ?? 0) * (nodes[id]?.values ?? 0), 0);
  for (const id of steps) {
    const node = nodes[id];
    if (!node) continue;
    const { inputs, change } = node;
    let [taken, all] = [0, 0];
    for (const input of inputs) {
      const channels = channelsOf(input);
      taken += (shares[input] ?? 0) * channels;
      all += channels;
    }
    const share = taken / all;
    const isApart = change === 'joined' || (APART.has(change) && inputs.length === 1);
    shares[id] = isApart ? Math.min(1, share + (own[id] ?? 0)) : 1;
    macs += node.macs * (isApart || change === 'filtered' || change === 'spread' ? share : 1);
    values += node.values * (isApart ? share : 1);
  }
  return { macs, values };
}
