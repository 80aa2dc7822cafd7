/** What can be wrong with a network: each fault is one change of the sound network, or another network in its place. */
import { layerOf, type NetworkJson, networkAround, networkWith, type WeightOf } from '../sound-network.ts';

export type Change = Parameters<typeof networkWith>[0];

/** A network by what is wrong with it, as an object, as text, or as a change of the sound one; with the weights that it has beside the sound one's. */
export type Fault = readonly [what: string, network: NetworkJson | string | Change, weights?: readonly WeightOf[]];

export function textOf(network: Fault[1]): string {
  if (typeof network === 'string') return network;
  return JSON.stringify(typeof network === 'function' ? networkWith(network) : network);
}

/** A change of one layer's settings. */
export function setting(name: string, settings: Record<string, unknown>): Change {
  return (_network, find) => Object.assign(find(name).config, settings);
}

/** A change of one layer itself. */
export function layer(name: string, change: Record<string, unknown>): Change {
  return (_network, find) => void Object.assign(find(name), change);
}

/** A layer that is called otherwise. */
export function takes(name: string, calls: unknown): Change {
  return layer(name, { inbound_nodes: calls });
}

/** A change of what the model says of itself. */
export function model(change: Record<string, unknown>): Change {
  return ({ config }) => void Object.assign(config, change);
}

/** A layer in the middle of the network. */
export function middle(kind: string, settings: Record<string, unknown> = {}): NetworkJson {
  return networkAround(layerOf(kind, 'middle', settings, 'norm'));
}

/** That a layer is called once, with these results of others. */
export const call = (...tensors: object[]) => [{ args: [tensors.length > 1 ? tensors : tensors[0]], kwargs: {} }];

/** The weights of a layer, by their own names. */
export function weightsOf(layer: string, shapes: Readonly<Record<string, readonly number[]>>): WeightOf[] {
  return Object.entries(shapes).map(([own, shape]) => ({ layer, own, shape }));
}
