/** A DenseNet's weights by Keras' names, under torchvision's and in torch's layout: both sides compute with the very same numbers. */
import { type ModelArtifacts, sizeOfShape } from '../../../src/formats/network/artifacts.ts';
import type { TorchTensor } from '../../../src/formats/testing/sound-safetensors.ts';
import type { PeerLayer } from './peer-process.ts';

const PLAIN: Readonly<Record<string, string>> = {
  conv1_conv: 'features.conv0',
  conv1_bn: 'features.norm0',
  bn: 'features.norm5',
  predictions: 'classifier',
};

const OWN: Readonly<Record<string, string>> = { '0_bn': 'norm1', '1_conv': 'conv1', '1_bn': 'norm2', '2_conv': 'conv2' };

const WEIGHTS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  gamma: 'weight',
  bias: 'bias',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

function moduleOf(layer: string): string {
  const [, block, place, own = ''] = /^conv(\d+)_block(\d+)_(\w+)$/.exec(layer) ?? [];
  if (block !== undefined) return `features.denseblock${Number(block) - 1}.denselayer${place}.${OWN[own]}`;
  const [, pool, part] = /^pool(\d+)_(bn|conv)$/.exec(layer) ?? [];
  if (pool !== undefined) return `features.transition${Number(pool) - 1}.${part === 'bn' ? 'norm' : 'conv'}`;
  const module = PLAIN[layer];
  if (module === undefined) throw new Error(`${layer} is no layer of a DenseNet's`);
  return module;
}

/** The last two sides of a kernel, which Keras has last, come first in torch, the other way round. */
function transposed(shape: readonly number[], values: Float32Array): TorchTensor['values'] {
  const [filters = 1, channels = 1] = shape.toReversed();
  const cells = values.length / filters / channels;
  return values.map((_, i) => {
    const [filter, channel, cell] = [Math.floor(i / (channels * cells)), Math.floor(i / cells) % channels, i % cells];
    return values[(cell * channels + channel) * filters + filter] ?? 0;
  });
}

export function torchWeights({ weights, data }: ModelArtifacts): TorchTensor[] {
  let at = 0;
  return weights.map(({ name, shape }) => {
    const values = new Float32Array(data, at * 4, sizeOfShape(shape));
    at += values.length;
    const [layer = '', own = ''] = name.split('/');
    const torchs = `${moduleOf(layer)}.${WEIGHTS[own]}`;
    if (shape.length < 2) return { name: torchs, shape, values };
    return { name: torchs, shape: [...shape.slice(-2).reverse(), ...shape.slice(0, -2)], values: transposed(shape, values) };
  });
}

/** @param name such as `conv4_block32_concat` */
export function peerLayer(name: string): PeerLayer {
  const [, block, layers] = /^conv(\d+)_block(\d+)_concat$/.exec(name) ?? [];
  if (block === undefined || layers === undefined) throw new Error(`${name} is no concatenation of a DenseNet's`);
  return [Number(block) - 1, Number(layers)];
}
