/** MobileNet V2 (Sandler et al., CVPR 2018), of any width and depth. */

import { convNormActivation, withShortcut } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import { BATCH_NORM_EPSILON, type NetworkBuilder } from '../blocks/network-builder.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { blockStride, PAPER_STRIDES, stageStrides } from '../mobilenet/stage-strides.ts';
import { timmMobileNet } from '../timm/timm-mobile.ts';
import { MOBILENET_V2 } from '../timm/timm-variants.ts';

const RELU6 = { activation: 'relu6', epsilon: BATCH_NORM_EPSILON } as const;

/** How many blocks each of the paper's seven stages has. */
const LENGTHS = [1, 2, 3, 4, 3, 3, 1];

interface Block {
  readonly name: string;
  readonly takes: number;
  readonly gives: number;
  /** How many times as many. */
  readonly expansion: number;
}

function blocksOf({ state }: NetworkBuilder): Block[] {
  const count = state.countOf('features') - 2;
  return Array.from({ length: Math.max(0, count) }, (_, i) => {
    const name = `features.${i + 1}`;
    const isExpanded = state.has(`${name}.conv.3.weight`);
    const [inside = 0, perGroup = 0] = state.shapeOf(`${name}.conv.0.0.weight`) ?? [];
    const [gives = 0] = state.shapeOf(`${name}.conv.${isExpanded ? 2 : 1}.weight`) ?? [];
    const takes = isExpanded ? perGroup : inside;
    return { name, takes, gives, expansion: inside / takes };
  });
}

/** The places of the paper's first blocks, or null where these blocks are others. */
function beginningsOfPaper(blocks: readonly Block[], found: readonly number[]): number[] | null {
  const ofPaper = LENGTHS.map((_, stage) => LENGTHS.slice(0, stage).reduce((sum, length) => sum + length, 0));
  const isOfPaper = blocks.length === LENGTHS.reduce((sum, length) => sum + length, 0) && found.every((place) => ofPaper.includes(place));
  return isOfPaper ? ofPaper : null;
}

/** A stage begins where the number of channels, or the expansion, is another than before. */
function changes(blocks: readonly Block[]): number[] {
  return blocks.flatMap(({ takes, gives, expansion }, place) =>
    place === 0 || takes !== gives || expansion !== blocks[place - 1]?.expansion ? [place] : [],
  );
}

/** By how many cells each block moves on. In a narrow network, stages may have equally many channels. */
function stridesOf(network: NetworkBuilder, blocks: readonly Block[]): number[] {
  const found = changes(blocks);
  const ofPaper = beginningsOfPaper(blocks, found);
  const stages = ofPaper ?? beginnings(network, blocks, found);
  const strides = stageStrides(network, stages.length, ofPaper ? 'paper' : 'own');
  const strideAt = (place: number) => (strides ?? PAPER_STRIDES)[stages.indexOf(place)] ?? 1;
  return blocks.map(({ name }, place) => (strides ? strideAt(place) : blockStride(network, name, strideAt(place))));
}

/** The first blocks of stages, by their places. */
function beginnings(network: NetworkBuilder, blocks: readonly Block[], found: number[]): number[] {
  const { state, remarks } = network;
  if (found.length > PAPER_STRIDES.length)
    throw state.misfit(
      `its blocks change their number of channels ${found.length} times, which leaves open where it moves on by two cells`,
    );
  remarks.push(
    `Its ${blocks.length} blocks are not those of the paper, so its stages are assumed to begin where the number of channels or the expansion changes, and to have the paper’s strides; “Strides of the stages” below changes that.`,
  );
  return found;
}

export function invertedResidual(network: NetworkBuilder, name: string, x: LayerName, stride: number): LayerName {
  const isExpanded = network.state.has(`${name}.conv.3.weight`);
  let y = isExpanded ? convNormActivation(network, `${name}.conv.0`, x, { ...RELU6, kernel: 1 }) : x;
  const at = isExpanded ? 1 : 0;
  y = convNormActivation(network, `${name}.conv.${at}`, y, { ...RELU6, stride });
  y = network.convolution(`${name}.conv.${at + 1}`, y, { kernel: 1 });
  y = network.batchNorm(`${name}.conv.${at + 2}`, y);
  return withShortcut(network, name, x, network.alsoCalled(y, `${name}.conv`), stride === 1);
}

function torchvision(network: NetworkBuilder): void {
  let x = convNormActivation(network, 'features.0', network.input('features.0.0.weight'), { ...RELU6, stride: 2 });
  network.part(x);
  const blocks = blocksOf(network);
  const strides = stridesOf(network, blocks);
  for (const [place, block] of blocks.entries()) x = invertedResidual(network, block.name, x, strides[place] ?? 1);
  x = convNormActivation(network, `features.${blocks.length + 1}`, x, { ...RELU6, kernel: 1 });
  network.alsoCalled(x, 'features');
  classifierHead(network, network.globalAverage('avgpool', x));
}

export const mobileNetV2: ArchitectureFamily = {
  id: 'mobilenet-v2',
  title: 'a MobileNet V2',
  anchors: ['features.1.conv.0.0.weight', 'conv_stem.weight'],
  words: ['features', 'conv', 'classifier', 'blocks', 'conv_dw', 'conv_pw', 'conv_pwl', 'bn1', 'bn2', 'bn3', 'conv_stem', 'conv_head'],
  trunk: /^(features|blocks|conv_stem|bn1|conv_head|bn2)(\.|$)/,
  assumes: 'ReLU6, padding, the stages’ strides (1, 2, 2, 2, 1, 2, 1) and the pooling at the end are those of the paper',
  build: (network) => (network.state.has('conv_stem.weight') ? timmMobileNet(network, MOBILENET_V2) : torchvision(network)),
};
