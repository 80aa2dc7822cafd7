/** DenseNet (Huang et al., CVPR 2017) with torchvision's and timm's names, of any depth, growth and width. */

import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { averagePool } from '../blocks/pooling.ts';
import { stemSize } from '../blocks/stem-size.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { stemPooling } from '../resnet/block.ts';
import type { AntiAliasing } from '../resnet/variant.ts';
import { flattened } from '../timm/features-only.ts';

function normalized(network: NetworkBuilder, module: string, relu: string, x: LayerName): LayerName {
  // timm's own modules activate too. Their weights have the names of torchvision's, so that only a whole module tells.
  if (network.facts.has(`${module}.act`)) {
    const norm = network.batchNorm(module, x, { name: `${module}.drop` });
    return network.alsoCalled(network.activation('relu', module, norm, [`${module}.act`]), `${module}.act`);
  }
  const norm = network.alsoCalled(network.batchNorm(module, x), `${module}.drop`);
  return network.alsoCalled(network.activation('relu', relu, norm), `${module}.act`);
}

/** What a layer adds to all that came before it. */
function denseLayer(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  const bottleneck = network.convolution(`${name}.conv1`, normalized(network, `${name}.norm1`, `${name}.relu1`, x), { kernel: 1 });
  const added = network.convolution(`${name}.conv2`, normalized(network, `${name}.norm2`, `${name}.relu2`, bottleneck), { kernel: 3 });
  return network.alsoCalled(added, name);
}

/** Links and scripts of before torch’s own names were used name layers as Keras does. */
function formerName(layer: LayerName): string | null {
  const plain: Readonly<Record<string, string>> = {
    'features.conv0': 'conv1_conv',
    'features.norm0': 'conv1_bn',
    'features.relu0': 'conv1_relu',
    'features.pool0': 'pool1',
    'features.norm5': 'bn',
    avgpool: 'avg_pool',
  };
  if (Object.hasOwn(plain, layer)) return plain[layer] ?? null;
  const [, block, place, part = ''] = /^features\.denseblock(\d+)\.denselayer(\d+)\.(\w+)$/.exec(layer) ?? [];
  if (block !== undefined) {
    const [, kind = '', number = ''] = /^(norm|relu|conv)([12])$/.exec(part) ?? [];
    const own = kind === '' ? part : kind === 'conv' ? `${number}_conv` : `${Number(number) - 1}_${kind === 'norm' ? 'bn' : kind}`;
    return `conv${Number(block) + 1}_block${place}_${own}`;
  }
  const [, transitionNumber, own] = /^features\.transition(\d+)\.(\w+)$/.exec(layer) ?? [];
  return transitionNumber === undefined ? null : `pool${Number(transitionNumber) + 1}_${own === 'norm' ? 'bn' : own}`;
}

export function denseBlock(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  // What is missing below the highest number is said to be.
  const numbers = network.state.childrenOf(name).map((child) => Number(/^denselayer([1-9]\d*)$/.exec(child)?.[1] ?? 0));
  const count = Math.max(0, ...numbers);
  for (let i = 1; i <= count; i++) {
    const layer = `${name}.denselayer${i}`;
    x = network.concatenate(i === count ? name : `${layer}.concat`, [x, denseLayer(network, layer, x)]);
  }
  const block = /^features\.denseblock(\d+)$/.exec(name)?.[1];
  if (count > 0 && block !== undefined) network.otherNames.set(`conv${Number(block) + 1}_block${count}_concat`, name);
  return x;
}

function transition(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  network.part(x);
  const convolution = network.convolution(`${name}.conv`, normalized(network, `${name}.norm`, `${name}.relu`, x), { kernel: 1 });
  network.part(convolution);
  return network.output(name, averagePool(network, `${name}.pool`, convolution, { size: 2 }));
}

/** Nothing in the weights tells whether timm's blurs in its pooling. */
function antiAliasing({ named, choices, isTold, state }: NetworkBuilder): AntiAliasing {
  const isNamed = /densenet\w*blur/i.test(named);
  if (isTold || !(isNamed || state.has('features.conv1.weight'))) return 'none';
  const options = [
    ['none', 'none'],
    ['blur', 'a blur in the first pooling (densenetblur)'],
  ] as const;
  return choices.of('anti-aliasing', 'Anti-aliasing before strides', isNamed ? [...options].reverse() : options);
}

/** One convolution, or timm's three, of which the first moves on. */
function stem(network: NetworkBuilder): LayerName {
  const { state } = network;
  const isDeep = state.has('features.conv1.weight');
  const input = network.input('features.conv0.weight');
  const size = isDeep ? 'halved-twice' : stemSize(network, 'features.conv0', 'features.pool0');
  let x = network.part(network.convolution('features.conv0', input, { stride: size === 'halved-twice' ? 2 : 1 }));
  x = normalized(network, 'features.norm0', 'features.relu0', x);
  for (const i of isDeep ? [1, 2] : [])
    x = normalized(network, `features.norm${i}`, `features.relu${i}`, network.part(network.convolution(`features.conv${i}`, x)));
  return size === 'kept' ? x : stemPooling(network, 'features.pool0', x, antiAliasing(network));
}

export const densenet: ArchitectureFamily = {
  id: 'densenet',
  title: 'a DenseNet',
  anchors: ['features.conv0.weight'],
  words: [
    'features',
    'conv0',
    'norm0',
    'norm5',
    'conv1',
    'conv2',
    'norm1',
    'norm2',
    'norm',
    'conv',
    'denseblock1',
    'denselayer1',
    'classifier',
  ],
  trunk: /^features(\.|$)/,
  assumes: 'strides, padding, ReLUs and pooling are torchvision’s',
  // Weights of before 2017 have a dot before the number.
  rename: (name) =>
    flattened(name, 'features', '(?:conv|norm|denseblock|transition)\\d').replace(/(denselayer\d+\.(?:norm|conv))\.([12]\.\w+)$/, '$1$2'),
  build(network) {
    const { state } = network;
    let x = stem(network);
    for (let block = 1; block === 1 || state.childrenOf(`features.denseblock${block}`).length > 0; block++) {
      if (block > 1) x = transition(network, `features.transition${block - 1}`, x);
      x = denseBlock(network, `features.denseblock${block}`, x);
    }
    x = normalized(network, 'features.norm5', 'relu', x);
    network.alsoCalled(x === 'relu' ? 'features.norm5' : x, 'features');
    classifierHead(network, network.globalAverage('avgpool', x));
    for (const layer of network.layerNames) {
      const former = formerName(layer);
      if (former !== null) network.otherNames.set(former, layer);
    }
  },
};
