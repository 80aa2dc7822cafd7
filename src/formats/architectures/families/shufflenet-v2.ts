/** ShuffleNet V2 (Ma et al., ECCV 2018), of any width and depth. */

import { moduleOutput } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { maxPool } from '../blocks/pooling.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';

/** A convolution and its normalisation at two places of a `Sequential`, and a ReLU at the third unless nothing is said to be there. */
function unit(network: NetworkBuilder, sequence: string, place: number, x: LayerName, stride = 1, isActivated = true): LayerName {
  const y = network.batchNorm(`${sequence}.${place + 1}`, network.convolution(`${sequence}.${place}`, x, { stride }));
  return isActivated ? network.activation('relu', `${sequence}.${place + 2}`, y) : y;
}

/** A part of the channels. */
function channels(network: NetworkBuilder, name: string, x: LayerName, from: number, to: number): LayerName {
  return network.layer('Slice', name, [x], { slices: ['...', [from, to, 1]] }, to - from);
}

/** Its layers are as wide as the file says; the last ReLU of a branch has the branch's name. */
function longBranch(network: NetworkBuilder, branch: string, x: LayerName, stride: number): LayerName {
  let y = unit(network, branch, 3, unit(network, branch, 0, x), stride, false);
  y = unit(network, branch, 5, y, 1, false);
  return network.alsoCalled(network.activation('relu', branch, y, [`${branch}.7`]), `${branch}.7`);
}

function shortBranch(network: NetworkBuilder, branch: string, x: LayerName, stride: number): LayerName {
  const y = unit(network, branch, 2, unit(network, branch, 0, x, stride, false), 1, false);
  return network.alsoCalled(network.activation('relu', branch, y, [`${branch}.4`]), `${branch}.4`);
}

/** With two branches of weights it moves on by two cells; with one, half of the channels go by. */
export function shuffleBlock(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  const count = network.channelsOf(x);
  const isHalving = network.state.has(`${name}.branch1.0.weight`);
  const half = Math.floor(count / 2);
  const one = isHalving ? shortBranch(network, `${name}.branch1`, x, 2) : channels(network, `${name}.kept`, x, 0, half);
  const taken = isHalving ? x : channels(network, `${name}.taken`, x, half, count);
  const other = longBranch(network, `${name}.branch2`, taken, isHalving ? 2 : 1);
  const both = network.concatenate(`${name}.concat`, [one, other]);
  if (network.channelsOf(both) % 2 > 0)
    throw network.state.misfit(`the branches of ${name} have ${network.channelsOf(both)} channels, which cannot be shuffled in two groups`);
  return network.part(network.layer('InterleavedGroups', name, [both], { groups: 2 }));
}

export const shuffleNetV2: ArchitectureFamily = {
  id: 'shufflenet-v2',
  title: 'a ShuffleNet V2',
  anchors: ['stage2.0.branch2.0.weight'],
  words: ['conv1', 'stage2', 'stage3', 'stage4', 'branch1', 'branch2', 'conv5', 'fc'],
  trunk: /^(conv1|stage\d+|conv5)(\.|$)/,
  assumes: 'ReLUs, strides, padding, two groups of shuffled channels and the pooling at the end are those of the paper',
  build(network) {
    let x = unit(network, 'conv1', 0, network.input('conv1.0.weight'), 2, false);
    x = network.alsoCalled(network.activation('relu', 'conv1', x, ['conv1.2']), 'conv1.2');
    x = network.part(maxPool(network, 'maxpool', x, { size: 3, stride: 2, padding: 1 }));
    for (let stage = 2; network.state.countOf(`stage${stage}`) > 0; stage++) {
      const count = network.state.countOf(`stage${stage}`);
      for (let i = 0; i < count; i++) x = shuffleBlock(network, `stage${stage}.${i}`, x);
      x = moduleOutput(network, `stage${stage}`, x);
    }
    x = network.activation('relu', 'conv5', unit(network, 'conv5', 0, x, 1, false), ['conv5.2']);
    network.alsoCalled(x, 'conv5.2');
    classifierHead(network, network.globalAverage('avgpool', x));
  },
};
