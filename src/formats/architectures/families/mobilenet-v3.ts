/** MobileNet V3 (Howard et al., ICCV 2019), large or small, of any width. */
import { HARD_SIGMOID_OF_KERAS_3 } from '../../keras/keras-config.ts';
import { convNormActivation } from '../blocks/conv-norm-activation.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { blockShape, sequentialBlock } from '../blocks/sequential-block.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { rowsOf } from '../mobilenet/v3-rows.ts';
import { MOBILE_WORDS } from '../timm/mobile-words.ts';
import { timmMobileNet } from '../timm/timm-mobile.ts';
import { MOBILENET_V3 } from '../timm/timm-variants.ts';

/** torchvision's, as in TensorFlow. */
const EPSILON = 1e-3;

const HARD_SWISH = 'hard_silu';
/** torch's Hardsigmoid is Keras 3's. */
const HARD_SIGMOID = HARD_SIGMOID_OF_KERAS_3;

const OWN_HEAD = { after: 'classifier.0', before: /^classifier\.3(\.|$)/, activation: HARD_SWISH } as const;

function torchvision(network: NetworkBuilder): void {
  const { state } = network;
  const unit = { activation: HARD_SWISH, epsilon: EPSILON } as const;
  let x = convNormActivation(network, 'features.0', network.input('features.0.0.weight'), { ...unit, stride: 2 });
  network.part(x);
  const count = Math.max(0, state.countOf('features') - 2);
  const blocks = Array.from({ length: count }, (_, i) => blockShape(state, `features.${i + 1}`));
  const { rows, isAssumed } = rowsOf(blocks);
  if (isAssumed)
    network.remarks.push(
      `Its ${count} blocks are neither those of the large MobileNet V3 nor those of the small one, so their strides and activations are assumed from what both have in common.`,
    );
  for (const [i, { stride, activation }] of rows.entries()) {
    const block = blocks[i];
    const excitation = { activation: 'relu', gate: HARD_SIGMOID };
    if (block) x = sequentialBlock(network, block, x, { stride, activation, epsilon: EPSILON, excitation });
  }
  x = convNormActivation(network, `features.${count + 1}`, x, { ...unit, kernel: 1 });
  network.alsoCalled(x, 'features');
  classifierHead(network, network.globalAverage('avgpool', x), { own: OWN_HEAD });
}

export const mobileNetV3: ArchitectureFamily = {
  id: 'mobilenet-v3',
  title: 'a MobileNet V3',
  anchors: ['features.1.block.0.0.weight', 'conv_stem.weight'],
  words: ['features', 'block', 'fc1', 'fc2', 'classifier', ...MOBILE_WORDS],
  trunk: /^(features|blocks|conv_stem|bn1|conv_head)(\.|$)/,
  assumes: 'ReLU and Hardswish, strides, padding and the pooling at the end are those of the paper',
  build: (network) => (network.state.has('conv_stem.weight') ? timmMobileNet(network, MOBILENET_V3) : torchvision(network)),
};
