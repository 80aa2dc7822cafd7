/** Activations with weights: torch's PReLU, whose slopes below zero were learnt. */
import type { ModuleFacts } from '../modules/module-facts.ts';
import type { StateDict } from '../state-dict.ts';
import type { LayerList, LayerName } from './layer-list.ts';

/** What a network is written down with. */
interface Network extends LayerList {
  readonly state: StateDict;
  readonly facts: ModuleFacts;
  readonly remarks: string[];
}

/** Whether the module holds one slope, or one for each channel: weights alone say it too, as no other activation has any. */
export function hasSlopes(network: Network, module: string, x: LayerName): boolean {
  const { state, facts } = network;
  const shape = state.shapeOf(`${module}.weight`);
  if (shape?.length !== 1 || state.has(`${module}.bias`) || state.has(`${module}.running_mean`)) return false;
  const fact = facts.get(module);
  return facts.size === 0 ? shape[0] === 1 || shape[0] === network.channelsOf(x) : fact?.kind === 'activation';
}

const REMARK = 'Activations that have weights are taken for PReLUs.';

/** @param name what the layer is called */
export function slopedActivation(network: Network, module: string, name: LayerName, x: LayerName): LayerName {
  const { state, remarks } = network;
  if (network.facts.size === 0 && !remarks.includes(REMARK)) remarks.push(REMARK);
  const isSingle = state.shapeOf(`${module}.weight`)?.[0] === 1;
  const slopes = state.take(`${module}.weight`, [isSingle ? 1 : network.channelsOf(x)]);
  const sides = network.isVector(x) ? [] : [1, 2];
  network.weightsOf(name, { alpha: { ...slopes, shape: [...sides.map(() => 1), slopes.values.length] } });
  return network.layer('PReLU', name, [x], { shared_axes: isSingle ? [...sides, sides.length + 1] : sides });
}
