/**
 * EfficientNets under the names of the package EfficientNet-PyTorch (`_conv_stem`, `_blocks.0._depthwise_conv`): TensorFlow's weights, with its
 * padding and epsilon, in blocks that are numbered through all stages.
 */

import { withShortcut } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { PAPER_STRIDES } from '../mobilenet/stage-strides.ts';

const EPSILON = 1e-3;

/** What the shapes of a block's weights say of it. */
interface Block {
  readonly name: string;
  readonly kernel: number;
  readonly takes: number;
  readonly gives: number;
  readonly isExpanded: boolean;
}

function blocksOf({ state }: NetworkBuilder): Block[] {
  return Array.from({ length: state.countOf('_blocks') }, (_, i) => {
    const name = `_blocks.${i}`;
    const [inside = 0, , kernel = 0] = state.shapeOf(`${name}._depthwise_conv.weight`) ?? [];
    const expanded = state.shapeOf(`${name}._expand_conv.weight`);
    const [gives = 0] = state.shapeOf(`${name}._project_conv.weight`) ?? [];
    return { name, kernel, takes: expanded?.[1] ?? inside, gives, isExpanded: expanded !== null };
  });
}

/** The places of the blocks with which a stage begins: of another kernel or number of channels than the one before, or expanded unlike it. */
function beginnings(blocks: readonly Block[]): number[] {
  return blocks.flatMap(({ takes, gives, kernel, isExpanded }, place) => {
    const before = blocks[place - 1];
    const isFirst = !before || takes !== gives || kernel !== before.kernel || isExpanded !== before.isExpanded;
    return isFirst ? [place] : [];
  });
}

function activated(network: NetworkBuilder, module: string, x: LayerName, name: LayerName): LayerName {
  return network.activation('silu', name, network.batchNorm(module, x, { epsilon: EPSILON }));
}

function invertedResidual(network: NetworkBuilder, { name, isExpanded }: Block, x: LayerName, stride: number): LayerName {
  const { state } = network;
  let y = isExpanded
    ? activated(network, `${name}._bn0`, network.convolution(`${name}._expand_conv`, x, { kernel: 1 }), `${name}._swish0`)
    : x;
  y = network.convolution(`${name}._depthwise_conv`, y, { stride, padding: 'same' });
  y = activated(network, `${name}._bn1`, y, `${name}._swish1`);
  if (state.has(`${name}._se_reduce.weight`)) {
    const options = { squeeze: '_se_reduce', excite: '_se_expand', activation: 'silu' };
    y = squeezeExcitation(network, name, y, options, `${name}._se`);
  }
  y = network.convolution(`${name}._project_conv`, y, { kernel: 1 });
  y = network.batchNorm(`${name}._bn2`, y, { epsilon: EPSILON });
  return withShortcut(network, name, x, y, stride === 1);
}

/** @throws Misfit where its blocks are not those of seven stages */
export function efficientNetOfPyTorch(network: NetworkBuilder): void {
  const blocks = blocksOf(network);
  const stages = beginnings(blocks);
  if (stages.length !== PAPER_STRIDES.length)
    throw network.state.misfit(
      `its blocks are those of ${stages.length} stages and not of ${PAPER_STRIDES.length}, which leaves open where it moves on by two cells`,
    );
  let x = network.convolution('_conv_stem', network.input('_conv_stem.weight'), { stride: 2, padding: 'same' });
  x = network.part(activated(network, '_bn0', x, '_swish'));
  for (const [place, block] of blocks.entries()) x = invertedResidual(network, block, x, PAPER_STRIDES[stages.indexOf(place)] ?? 1);
  x = activated(network, '_bn1', network.convolution('_conv_head', x, { kernel: 1 }), '_swish_head');
  network.remarks.push('Padding and epsilon of its layers are assumed to be TensorFlow’s, as EfficientNet-PyTorch has them.');
  classifierHead(network, network.globalAverage('_avg_pooling', x));
}
