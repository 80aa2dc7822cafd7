/** MobileNet V3 (Howard et al., ICCV 2019), large or small, of any width. */
import { HARD_SIGMOID_OF_KERAS_3 } from '../../keras/keras-config.ts';
import { classifierHead } from '../blocks/classifier-head.ts';
import { convNormActivation } from '../blocks/conv-norm-activation.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { type BlockShape, blockShape, sequentialBlock } from '../blocks/sequential-block.ts';
import type { ArchitectureFamily } from '../family.ts';
import { timmMobileNet } from '../timm/timm-mobile.ts';
import { MOBILENET_V3 } from '../timm/timm-variants.ts';

/** torchvision's, as in TensorFlow. */
const EPSILON = 1e-3;

const HARD_SWISH = 'hard_silu';
/** torch's Hardsigmoid is Keras 3's. */
const HARD_SIGMOID = HARD_SIGMOID_OF_KERAS_3;

interface Row {
  readonly kernel: number;
  readonly hasExcitation: boolean;
  readonly stride: number;
  readonly activation: string;
}

/** `5s 2 hs`: kernels of 5, squeeze and excitation, moving on by two cells, Hardswish. */
function row(text: string): Row {
  const [kernel = '', stride = '', activation = ''] = text.split(' ');
  return {
    kernel: Number.parseInt(kernel, 10),
    hasExcitation: kernel.endsWith('s'),
    stride: Number(stride),
    activation: activation === 'hs' ? HARD_SWISH : 'relu',
  };
}

/** Tables 1 and 2 of the paper, a row for each block. */
const LARGE = '3 1 re|3 2 re|3 1 re|5s 2 re|5s 1 re|5s 1 re|3 2 hs|3 1 hs|3 1 hs|3 1 hs|3s 1 hs|3s 1 hs|5s 2 hs|5s 1 hs|5s 1 hs'
  .split('|')
  .map(row);
const SMALL = '3s 2 re|3 2 re|3 1 re|5s 2 hs|5s 1 hs|5s 1 hs|5s 1 hs|5s 1 hs|5s 2 hs|5s 1 hs|5s 1 hs'.split('|').map(row);

function isTable(table: readonly Row[], blocks: readonly BlockShape[]): boolean {
  return (
    table.length === blocks.length &&
    table.every(({ kernel, hasExcitation }, i) => kernel === blocks[i]?.kernel && hasExcitation === blocks[i]?.hasExcitation)
  );
}

/**
 * What both tables have in common, for other depths: a stage begins where the number of channels changes, and moves on by two cells, but for the
 * last but one, and for the first block where it has no squeeze and excitation; from a sixteenth of the image on, activations are Hardswish.
 */
function assumedRows(blocks: readonly BlockShape[]): Row[] {
  const beginnings = blocks.flatMap(({ takes, gives }, i) => (i > 0 && takes !== gives ? [i] : []));
  let reduction = 2;
  return blocks.map(({ kernel, hasExcitation }, i) => {
    const isBeginning = beginnings.includes(i) && i !== beginnings.at(-2);
    const stride = isBeginning || (i === 0 && hasExcitation) ? 2 : 1;
    reduction *= stride;
    return { kernel, hasExcitation, stride, activation: reduction >= 16 ? HARD_SWISH : 'relu' };
  });
}

function torchvision(network: NetworkBuilder): void {
  const { state } = network;
  const unit = { activation: HARD_SWISH, epsilon: EPSILON } as const;
  let x = convNormActivation(network, 'features.0', network.input('features.0.0.weight'), { ...unit, stride: 2 });
  network.part(x);
  const count = Math.max(0, state.countOf('features') - 2);
  const blocks = Array.from({ length: count }, (_, i) => blockShape(state, `features.${i + 1}`));
  const table = [LARGE, SMALL].find((known) => isTable(known, blocks));
  if (!table)
    network.remarks.push(
      `Its ${count} blocks are neither those of the large MobileNet V3 nor those of the small one, so their strides and activations are assumed from what both have in common.`,
    );
  for (const [i, { stride, activation }] of (table ?? assumedRows(blocks)).entries()) {
    const block = blocks[i];
    const excitation = { activation: 'relu', gate: HARD_SIGMOID };
    if (block) x = sequentialBlock(network, block, x, { stride, activation, epsilon: EPSILON, excitation });
  }
  x = convNormActivation(network, `features.${count + 1}`, x, { ...unit, kernel: 1 });
  network.alsoCalled(x, 'features');
  classifierHead(network, network.globalAverage('avgpool', x), { activation: 'hard_silu' });
}

export const mobileNetV3: ArchitectureFamily = {
  id: 'mobilenet-v3',
  title: 'a MobileNet V3',
  anchors: ['features.1.block.0.0.weight', 'conv_stem.weight'],
  words: [
    'features',
    'block',
    'fc1',
    'fc2',
    'classifier',
    'blocks',
    'conv_dw',
    'conv_pw',
    'conv_pwl',
    'bn1',
    'bn2',
    'bn3',
    'se',
    'conv_reduce',
    'conv_expand',
    'conv_stem',
    'conv_head',
    'conv',
  ],
  trunk: /^(features|blocks|conv_stem|bn1|conv_head)(\.|$)/,
  assumes: 'ReLU and Hardswish, strides, padding and the pooling at the end are those of the paper',
  build: (network) => (network.state.has('conv_stem.weight') ? timmMobileNet(network, MOBILENET_V3) : torchvision(network)),
};
