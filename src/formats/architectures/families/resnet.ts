/**
 * ResNet (He et al., CVPR 2016), Wide ResNet and ResNeXt, of basic blocks or bottlenecks, of any depth and width; with timm's deep stems,
 * averages before the shortcut's convolution (ResNet-D), and squeeze and excitation.
 */
import type { Choices } from '../blocks/choices.ts';
import { classifierHead } from '../blocks/classifier-head.ts';
import type { LayerName, NetworkBuilder } from '../blocks/network-builder.ts';
import { halvingAveragePool, maxPool } from '../blocks/pooling.ts';
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts';
import { stemSize } from '../blocks/stem-size.ts';
import type { ArchitectureFamily } from '../family.ts';
import { resNetName } from '../transformers-names.ts';

/** Where a bottleneck moves on by two cells: torchvision and timm do it in the middle, the paper and Caffe's models at the beginning. */
type StridePlace = 'conv2' | 'conv1';

function stridePlace(choices: Choices): StridePlace {
  return choices.of('bottleneck-stride', 'Stride of bottlenecks', [
    ['conv2', 'in the 3 × 3 convolution (torchvision, timm)'],
    ['conv1', 'in the first 1 × 1 convolution (the paper, Caffe)'],
  ]);
}

/** One convolution, or three of a deep stem, in a `Sequential` that leaves a place for a normalisation and a ReLU after the first two. */
function stem(network: NetworkBuilder): LayerName {
  const { state } = network;
  const isDeep = state.has('conv1.0.weight');
  const first = isDeep ? 'conv1.0' : 'conv1';
  let x = network.input(`${first}.weight`);
  const size = isDeep ? 'halved-twice' : stemSize(network, 'conv1.weight');
  const stride = size === 'halved-twice' ? 2 : 1;
  x = network.convolution(first, x, { stride });
  for (let i = 1; isDeep && state.has(`conv1.${i}.running_mean`); i += 3) {
    x = network.activation('relu', `conv1.${i + 1}`, network.batchNorm(`conv1.${i}`, x));
    x = network.convolution(`conv1.${i + 2}`, x);
  }
  x = network.activation('relu', 'relu', network.batchNorm('bn1', x));
  return network.part(size === 'kept' ? x : maxPool(network, 'maxpool', x, { size: 3, stride: 2, padding: 1 }));
}

/** What is added to a block's result: its input, or a convolution of it where their shapes differ. */
function shortcut(network: NetworkBuilder, block: string, x: LayerName, stride: number): LayerName {
  const { state } = network;
  const module = ['downsample', 'shortcut'].map((name) => `${block}.${name}`).find((name) => state.childrenOf(name).length > 0);
  if (module === undefined) return x;
  // With an average first, the convolution is the second in its `Sequential`.
  const at = state.has(`${module}.0.weight`) ? 0 : 1;
  const pooled = at === 1 && stride > 1 ? halvingAveragePool(network, `${module}.0`, x) : x;
  const projected = network.convolution(`${module}.${at}`, pooled, { stride: at === 1 ? 1 : stride });
  return network.alsoCalled(network.batchNorm(`${module}.${at + 1}`, projected), module);
}

function block(network: NetworkBuilder, name: string, x: LayerName, stride: number): LayerName {
  const { state, choices } = network;
  const isBottleneck = state.has(`${name}.conv3.weight`);
  const strided = isBottleneck && stride > 1 ? stridePlace(choices) : 'conv1';
  const count = isBottleneck ? 3 : 2;
  let y = x;
  for (let i = 1; i <= count; i++) {
    y = network.convolution(`${name}.conv${i}`, y, { stride: strided === `conv${i}` ? stride : 1 });
    y = network.batchNorm(`${name}.bn${i}`, y);
    if (i < count) y = network.activation('relu', `${name}.relu${i}`, y);
  }
  if (state.has(`${name}.se.fc1.weight`)) y = squeezeExcitation(network, `${name}.se`, y);
  const sum = network.add(`${name}.add`, [y, shortcut(network, name, x, stride)]);
  return network.part(network.activation('relu', name, sum));
}

/** timm's variants that blur, or average, before they move on: their weights have the names and shapes of the others. */
const ANTI_ALIASED = /resne(t|xt)(blur|aa)/i;

export const resnet: ArchitectureFamily = {
  id: 'resnet',
  title: 'a ResNet',
  anchors: ['layer1.0.conv1.weight'],
  words: ['conv1', 'conv2', 'conv3', 'bn1', 'bn2', 'bn3', 'downsample', 'layer1', 'layer2', 'layer3', 'layer4', 'fc'],
  trunk: /^(conv1|bn1|layer\d+)(\.|$)/,
  assumes: 'strides, padding, ReLUs and the pooling at the end are torchvision’s',
  rename: resNetName,
  build(network) {
    if (ANTI_ALIASED.test(network.hint))
      throw network.state.misfit(`it is a ${network.hint}, whose anti-aliasing has no weights and is not known here`);
    let x = stem(network);
    for (let layer = 1; network.state.countOf(`layer${layer}`) > 0; layer++) {
      const count = network.state.countOf(`layer${layer}`);
      for (let i = 0; i < count; i++) x = block(network, `layer${layer}.${i}`, x, i === 0 && layer > 1 ? 2 : 1);
      x = network.output(`layer${layer}`, x);
    }
    classifierHead(network, network.globalAverage('avgpool', x));
  },
};
