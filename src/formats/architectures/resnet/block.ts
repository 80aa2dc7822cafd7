/** The residual blocks of ResNets: basic ones and bottlenecks. */
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { averagePool, halvingAveragePool, maxPool } from '../blocks/pooling.ts';
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts';
import { antiAliased } from './anti-aliasing.ts';
import { type BlockStrides, stridePlace } from './variant.ts';

/** What is added to a block's result where it has more channels, and neither weights nor a name: its input, with zeros for these channels. */
function zeroPadded(network: NetworkBuilder, block: string, x: LayerName, gives: number, stride: number): LayerName {
  const takes = network.channelsOf(x);
  const chosen = network.choices.of('shortcut-zeros', 'Channels that are added in shortcuts', [
    ['both', 'zeros on both sides (the paper’s option A)'],
    ['after', 'zeros after the others'],
  ]);
  const first = chosen === 'both' ? Math.floor((gives - takes) / 2) : 0;
  const values = new Float32Array(takes * gives);
  for (let channel = 0; channel < takes; channel++) values[channel * gives + first + channel] = 1;
  const name = `${block}.shortcut`;
  network.weightsOf(name, { kernel: { shape: [1, 1, takes, gives], values, source: name } });
  const config = { kernel_size: [1, 1], strides: [stride, stride], padding: 'valid', dilation_rate: [1, 1], data_format: 'channels_last' };
  return network.layer('Conv2D', name, [x], { ...config, activation: 'linear', use_bias: false, filters: gives, groups: 1 }, gives);
}

/** timm's, after an average that leaves the size where the stage is dilated. */
function averaged(network: NetworkBuilder, name: LayerName, x: LayerName, { stride, dilation }: BlockStrides): LayerName {
  if (stride > 1) return halvingAveragePool(network, name, x);
  if (dilation === 1) return x;
  return network.layer('AveragePooling2D', name, [x], {
    pool_size: [2, 2],
    strides: [1, 1],
    padding: 'same',
    data_format: 'channels_last',
  });
}

/** What is added to a block's result: its input, or a convolution of it where their shapes differ. */
function shortcut(network: NetworkBuilder, block: string, x: LayerName, gives: number, strides: BlockStrides): LayerName {
  const { state } = network;
  const { stride } = strides;
  const module = ['downsample', 'shortcut'].map((name) => `${block}.${name}`).find((name) => state.childrenOf(name).length > 0);
  if (module === undefined) return gives > network.channelsOf(x) ? zeroPadded(network, block, x, gives, stride) : x;
  const told = network.sequence(module, { x, flattened: null });
  if (told) return told.x;
  // With an average first, the convolution is the second in its `Sequential`.
  const at = state.has(`${module}.0.weight`) ? 0 : 1;
  const pooled = at === 1 ? averaged(network, `${module}.0`, x, strides) : x;
  const projected = network.convolution(`${module}.${at}`, pooled, { stride: at === 1 ? 1 : stride });
  return network.alsoCalled(network.batchNorm(`${module}.${at + 1}`, projected), module);
}

/** Where the module itself says what it does, that goes before what is assumed. */
function antiAliasedAfter(network: NetworkBuilder, block: string, x: LayerName, strides: BlockStrides): LayerName {
  const name = `${block}.aa`;
  const fact = network.facts.get(name);
  if (fact?.kind === 'average-pooling') return averagePool(network, name, x, { size: fact.size });
  if (fact?.kind === 'blur') return antiAliased(network, 'blur', name, x, fact.stride);
  const { stride, firstDilation, dilation, antiAliasing } = strides;
  const y = stride > 1 || firstDilation !== dilation ? antiAliased(network, antiAliasing, name, x, stride) : x;
  return y === x ? network.alsoCalled(x, name) : y;
}

export function residualBlock(network: NetworkBuilder, name: string, x: LayerName, strides: BlockStrides): LayerName {
  const { state } = network;
  const { stride, firstDilation, dilation, antiAliasing } = strides;
  const isBottleneck = state.has(`${name}.conv3.weight`);
  const isGrouped = state.shapeOf(`${name}.conv2.weight`)?.[1] !== state.shapeOf(`${name}.conv1.weight`)?.[0];
  // Where there is a `layer0`, names are those of Cadene's SENets, which follow Caffe's.
  const assumed = state.childrenOf('layer0').length > 0 && !isGrouped ? 'conv1' : 'conv2';
  const strided = isBottleneck && stride > 1 ? stridePlace(network, assumed) : isBottleneck ? 'conv2' : 'conv1';
  // A bottleneck's convolution of 3 × 3 is the second one.
  const first = isBottleneck ? 'conv2' : 'conv1';
  const count = isBottleneck ? 3 : 2;
  let y = x;
  for (let i = 1; i <= count; i++) {
    const part = `conv${i}`;
    const step = part === strided && antiAliasing === 'none' ? stride : 1;
    y = network.convolution(`${name}.${part}`, y, { stride: step, dilation: part === first ? firstDilation : isBottleneck ? 1 : dilation });
    y = network.batchNorm(`${name}.bn${i}`, y);
    // timm drops nothing there where a network only runs.
    if (part === first) network.alsoCalled(y, `${name}.drop_block`);
    if (i < count) {
      y = network.activation('relu', `${name}.relu${i}`, y, [`${name}.relu`, `${name}.act${i}`]);
      network.alsoCalled(y, `${name}.act${i}`);
    }
    if (part === first) y = antiAliasedAfter(network, name, y, strides);
  }
  const excitation = ['se', 'se_module'].map((own) => `${name}.${own}`).find((own) => state.has(`${own}.fc1.weight`));
  if (excitation !== undefined) y = squeezeExcitation(network, excitation, y);
  const sum = network.add(`${name}.add`, [y, shortcut(network, name, x, network.channelsOf(y), strides)]);
  const result = network.activation('relu', name, sum, [`${name}.relu`, `${name}.relu${count}`, `${name}.act${count}`]);
  return network.part(network.alsoCalled(result, `${name}.act${count}`));
}

/** The pooling at a network's beginning. */
export function stemPooling(
  network: NetworkBuilder,
  name: LayerName,
  x: LayerName,
  kind: BlockStrides['antiAliasing'],
  ceilMode = false,
): LayerName {
  const told = network.sequence(name, { x, flattened: null });
  if (told) return told.x;
  if (kind === 'average') return averagePool(network, name, x, { size: 2 });
  const options = ceilMode ? { size: 3, stride: 2, ceilMode } : { size: 3, stride: 2, padding: 1 };
  if (kind === 'none') return maxPool(network, name, x, options);
  const pooled = maxPool(network, `${name}.0`, x, { size: 3, stride: 1, padding: 1 });
  return network.alsoCalled(antiAliased(network, kind, name, pooled, 2), `${name}.1`);
}
