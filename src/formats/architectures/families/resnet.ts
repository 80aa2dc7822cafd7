/**
 * ResNet (He et al., CVPR 2016), Wide ResNet and ResNeXt, of basic blocks or bottlenecks, of any depth and width; with timm's deep stems,
 * averages before the shortcut's convolution (ResNet-D), squeeze and excitation, dilation and anti-aliasing; those for small images, such as
 * CIFAR's; and SENets by the names of Cadene's pretrained models.
 */
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { stemSize } from '../blocks/stem-size.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { isInHeadOfFastai } from '../numbered-modules.ts';
import { residualBlock, stemPooling } from '../resnet/block.ts';
import { ResNetVariant } from '../resnet/variant.ts';
import { resNetName } from '../transformers-names.ts';

interface StemUnit {
  readonly convolution: string;
  readonly norm: string;
  readonly activation: string;
}

/** One convolution with its normalisation and ReLU, or three of a deep stem: in `layer0`, or in a `Sequential` before `bn1`. */
function stemUnits({ state }: NetworkBuilder): StemUnit[] {
  if (state.childrenOf('layer0').length > 0)
    return [1, 2, 3]
      .filter((i) => state.has(`layer0.conv${i}.weight`))
      .map((i) => ({ convolution: `layer0.conv${i}`, norm: `layer0.bn${i}`, activation: `layer0.relu${i}` }));
  const last = { norm: 'bn1', activation: 'relu' };
  if (!state.has('conv1.0.weight')) return [{ convolution: 'conv1', ...last }];
  const before: StemUnit[] = [];
  let i = 0;
  for (; state.has(`conv1.${i + 1}.running_mean`); i += 3)
    before.push({ convolution: `conv1.${i}`, norm: `conv1.${i + 1}`, activation: `conv1.${i + 2}` });
  return [...before, { convolution: `conv1.${i}`, ...last }];
}

function stem(network: NetworkBuilder, { antiAliasing }: ResNetVariant): LayerName {
  const units = stemUnits(network);
  const [first] = units;
  const isDeep = units.length > 1;
  const firstModule = first?.convolution ?? 'conv1';
  let x = network.input(`${firstModule}.weight`);
  const size = isDeep ? 'halved-twice' : stemSize(network, firstModule, 'maxpool');
  for (const [i, { convolution, norm, activation }] of units.entries()) {
    x = network.convolution(convolution, x, { stride: i === 0 && size === 'halved-twice' ? 2 : 1 });
    if (convolution.startsWith('conv1.')) network.alsoCalled(x, 'conv1');
    x = network.activation('relu', activation, network.batchNorm(norm, x), ['act1']);
    if (norm === 'bn1') network.alsoCalled(x, 'act1');
  }
  const isOfCadene = firstModule.startsWith('layer0');
  return network.part(size === 'kept' ? x : stemPooling(network, isOfCadene ? 'layer0.pool' : 'maxpool', x, antiAliasing, isOfCadene));
}

/** fastai's networks take the maxima and the means of their maps, one beside the other. */
function lastPooling(network: NetworkBuilder, x: LayerName): LayerName {
  const { state, remarks } = network;
  const channels = network.channelsOf(x);
  const isOfBoth = state
    .left()
    .some(({ name, tensor: { source, shape } }) => isInHeadOfFastai(name, source) && shape.at(-1) === 2 * channels);
  if (!isOfBoth) return network.globalAverage('avgpool', x);
  remarks.push(`Its head takes twice as many features as there are channels, as fastai’s do: the maxima of each map, and then the means.`);
  const maxima = network.layer('GlobalMaxPooling2D', 'maxima', [x], { data_format: 'channels_last' });
  return network.concatenate('avgpool', [maxima, network.globalAverage('means', x)]);
}

export const resnet: ArchitectureFamily = {
  id: 'resnet',
  title: 'a ResNet',
  anchors: ['layer1.0.conv1.weight'],
  words: ['conv1', 'conv2', 'conv3', 'bn1', 'bn2', 'bn3', 'downsample', 'layer1', 'layer2', 'layer3', 'layer4', 'fc'],
  trunk: /^(conv1|bn1|layer\d+)(\.|$)/,
  assumes: 'strides, padding, ReLUs and the pooling at the end are torchvision’s',
  rename: resNetName,
  build(network) {
    const { state } = network;
    let stages = 0;
    while (state.countOf(`layer${stages + 1}`) > 0) stages++;
    const variant = new ResNetVariant(network, stages);
    let x = stem(network, variant);
    for (let stage = 1; stage <= stages; stage++) {
      const count = state.countOf(`layer${stage}`);
      for (let i = 0; i < count; i++) x = residualBlock(network, `layer${stage}.${i}`, x, variant.strides(stage, i));
      x = network.output(`layer${stage}`, x);
    }
    classifierHead(network, lastPooling(network, x));
  },
};
