/** EfficientNet (Tan & Le, ICML 2019) and EfficientNet V2 (ICML 2021), of any width and depth. */

import { convNormActivation, moduleOutput } from '../blocks/conv-norm-activation.ts';
import { BATCH_NORM_EPSILON, type NetworkBuilder } from '../blocks/network-builder.ts';
import { type BlockShape, blockShape, sequentialBlock } from '../blocks/sequential-block.ts';
import { efficientNetOfPyTorch } from '../efficientnet/pytorch-names.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { PAPER_STRIDES, stageStrides } from '../mobilenet/stage-strides.ts';
import { epsilonIn } from '../modules/module-facts.ts';
import { MOBILE_WORDS } from '../timm/mobile-words.ts';
import { timmMobileNet } from '../timm/timm-mobile.ts';
import { EFFICIENTNET } from '../timm/timm-variants.ts';

/** TensorFlow’s. */
const LARGE_EPSILON = 1e-3;

/** How many blocks B5, B6 and B7 have: torchvision's weights of them, like those of all of version 2, are TensorFlow's. */
const DEPTHS_OF_LARGE = ['3 5 5 7 7 9 3', '3 6 6 8 8 11 3', '4 7 7 10 10 13 4'];

function epsilonOf({ choices, facts, remarks }: NetworkBuilder, stages: readonly (readonly BlockShape[])[]): number {
  const told = epsilonIn(facts.get('features.0.1'));
  if (told !== null) return told;
  if (stages.flat().some(({ isDepthwise }) => !isDepthwise)) return LARGE_EPSILON;
  const isLarge = DEPTHS_OF_LARGE.includes(stages.map(({ length }) => length).join(' '));
  const options = [
    ['1e-5', '0.00001 (PyTorch’s own; torchvision’s B0 to B4)'],
    ['1e-3', '0.001 (TensorFlow’s; torchvision’s B5 to B7)'],
  ] as const;
  const chosen = choices.of('batch-norm-epsilon', 'Epsilon of the batch normalisations', isLarge ? [...options].reverse() : options);
  remarks.push(`The epsilon of its batch normalisations is assumed to be ${chosen === '1e-3' ? LARGE_EPSILON : '0.00001'}.`);
  return chosen === '1e-3' ? LARGE_EPSILON : BATCH_NORM_EPSILON;
}

function torchvision(network: NetworkBuilder): void {
  const { state } = network;
  const count = Math.max(0, state.countOf('features') - 2);
  const stages = Array.from({ length: count }, (_, s) => {
    const name = `features.${s + 1}`;
    return Array.from({ length: state.countOf(name) }, (_, i) => blockShape(state, `${name}.${i}`));
  });
  if (count > PAPER_STRIDES.length)
    throw state.misfit(
      `it has ${count} stages of blocks and not ${PAPER_STRIDES.length}, which leaves open where it moves on by two cells`,
    );
  const epsilon = epsilonOf(network, stages);
  const strides = stageStrides(network, count) ?? PAPER_STRIDES;
  const excitation = { activation: 'silu', gate: 'sigmoid' };
  let x = convNormActivation(network, 'features.0', network.input('features.0.0.weight'), { activation: 'silu', epsilon, stride: 2 });
  network.part(x);
  for (const [s, blocks] of stages.entries()) {
    for (const [i, block] of blocks.entries())
      x = sequentialBlock(network, block, x, { stride: i === 0 ? (strides[s] ?? 1) : 1, activation: 'silu', epsilon, excitation });
    x = moduleOutput(network, `features.${s + 1}`, x);
  }
  x = convNormActivation(network, `features.${count + 1}`, x, { activation: 'silu', epsilon, kernel: 1 });
  network.alsoCalled(x, 'features');
  classifierHead(network, network.globalAverage('avgpool', x));
}

export const efficientNet: ArchitectureFamily = {
  id: 'efficientnet',
  title: 'an EfficientNet',
  anchors: ['features.1.0.block.0.0.weight', 'conv_stem.weight', '_conv_stem.weight'],
  words: [
    'features',
    'block',
    'fc1',
    'fc2',
    'classifier',
    'conv_exp',
    '_blocks',
    '_depthwise_conv',
    '_project_conv',
    '_expand_conv',
    '_bn0',
    '_bn1',
    '_bn2',
    ...MOBILE_WORDS,
  ],
  trunk: /^(features|blocks|conv_stem|bn1|conv_head|bn2|_blocks|_conv_stem|_bn0|_conv_head|_bn1)(\.|$)/,
  assumes: 'activations, padding, the stages’ strides (1, 2, 2, 2, 1, 2, 1) and the pooling at the end are those of the paper',
  build(network) {
    if (network.state.has('_conv_stem.weight')) efficientNetOfPyTorch(network);
    else if (network.state.has('conv_stem.weight')) timmMobileNet(network, EFFICIENTNET);
    else torchvision(network);
  },
};
