/** Copies of which something becomes nothing after the next ReLU, as incremental evaluation takes them. */
import * as tf from '@tensorflow/tfjs-core';
import { wholeAfterReluWork } from '../graph/after-relu-tail.ts';
import type { LayerGraph, NodeId } from '../graph/layer-graph.ts';
import { BYTES_PER_VALUE } from '../graph/tail-memory.ts';
import { channelsIn } from '../incremental/bases.ts';
import { countOf } from '../incremental/part.ts';
import { afterReluSites, type Site } from '../incremental/sites.ts';
import { type AfterReluStart, afterReluChanges, afterReluCopies, bytesAt, keptOf } from './after-relu.ts';
import type { Ground, OpenGround } from './sweeps/ground.ts';

/**
 * What copies change: `cells` that become nothing, all `other-cells` in place of them, or `channels`. Where the other cells become nothing,
 * all copies have nothing where they change nothing, and something in their windows.
 */
export type Zeroed = 'cells' | 'other-cells' | 'channels';

/** Where every cell is zeroed. */
function everywhere({ layer }: AfterReluStart): tf.Tensor3D {
  const [, rows, columns] = layer.shape;
  return tf.ones([1, (rows ?? 1) * (columns ?? 1), 1]);
}

export function afterReluGround(graph: LayerGraph, start: AfterReluStart, what: Zeroed): Ground {
  const { tail, kept, made, layer } = start;
  const sites = afterReluSites(tail, layer, what === 'channels' ? 'dense' : 'difference');
  const bytesOfSite = (site: Site) => (bytesAt(graph, site.id) / (graph.nodes[site.id]?.shape.at(-1) ?? 1)) * countOf(site);
  const values = sites.reduce((sum, site) => sum + bytesOfSite(site), 0);
  const unchanged = what === 'other-cells' ? tail.rest.cuts.reduce((sum, id) => sum + bytesAt(graph, id), 0) : 0;
  return {
    tail: tail.rest,
    kept,
    sites,
    keptBytes: made.reduce((sum, { size }) => sum + size * BYTES_PER_VALUE, values + unchanged),
    // What is changed is there beside the mask and both of its products, or is only looked at.
    changeBytes: (what === 'other-cells' ? 3 : 1) * Math.max(...[...tail.places.keys()].map((id) => bytesAt(graph, id))),
    wholeWork: (lean) => wholeAfterReluWork(lean, tail),
    open: () => openGround(start, sites, what),
  };
}

function openGround(start: AfterReluStart, sites: readonly Site[], what: Zeroed): OpenGround {
  const { tail, kept } = start;
  /** What the ReLUs give at the sites, or the difference that it makes if that becomes nothing. */
  const values = new Map<Site, tf.Tensor4D>();
  const valuesIn = (activation: tf.Tensor, site: Site) => {
    const taken = () => tf.mul(channelsIn(activation as tf.Tensor4D, site), what === 'cells' ? -1 : 1) as tf.Tensor4D;
    const x = tf.keep(tf.tidy(taken));
    values.set(site, x);
    return x;
  };
  const later = [...tail.places.keys()].filter((id) => !tail.rest.cuts.includes(id));
  const zeroed = what === 'other-cells' ? afterReluChanges(start, () => everywhere(start)) : null;
  const changed = (id: NodeId) => (activation: tf.Tensor) => {
    for (const site of sites) if (site.id === id) valuesIn(activation, site);
    return zeroed?.get(id)?.(activation) ?? tf.reshape(activation, activation.shape);
  };
  const nothing = what === 'other-cells' ? keptCopies(() => afterReluCopies(start, everywhere(start))) : null;
  const intact = new Map(tail.rest.cuts.map((id) => [id, keptOf(kept, id)]));
  return {
    unchanged: { cuts: nothing ?? intact, changes: new Map(later.map((id) => [id, changed(id)])) },
    valuesAt: (site) => ({ x: values.get(site) ?? valuesIn(keptOf(intact, site.id), site) }),
    dispose: () => tf.dispose([...values.values(), ...(nothing?.values() ?? [])]),
  };
}

/** What is freed of all that is made are the masks. */
export function keptCopies(make: () => Map<NodeId, tf.Tensor>): Map<NodeId, tf.Tensor> {
  let copies = new Map<NodeId, tf.Tensor>();
  tf.tidy(() => {
    copies = make();
    return [...copies.values()];
  });
  return copies;
}
