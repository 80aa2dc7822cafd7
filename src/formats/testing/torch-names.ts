/** The weights of one of Keras' DenseNets as torchvision names and stores them: the way back, for tests of the way here. */
import { type ModelArtifacts, sizeOfShape } from '../network/artifacts.ts';
import type { TorchTensor } from './sound-safetensors.ts';

/** What Keras' own DenseNets add to variances, and what torch's do. */
const EPSILONS = { keras: 1.001e-5, torch: 1e-5 };

const PARAMETERS: Readonly<Record<string, string>> = {
  kernel: 'weight',
  bias: 'bias',
  gamma: 'weight',
  beta: 'bias',
  moving_mean: 'running_mean',
  moving_variance: 'running_var',
};

/** `features.denseblock3.denselayer2.norm1` for `conv4_block2_0_bn`, or for itself; null for a layer of the head. */
function moduleOf(layer: string): string | null {
  if (layer.startsWith('features.')) return layer;
  if (layer === 'conv1_conv') return 'features.conv0';
  if (layer === 'conv1_bn') return 'features.norm0';
  if (layer === 'bn') return 'features.norm5';
  const [, pool, part] = /^pool(\d)_(conv|bn)$/.exec(layer) ?? [];
  if (pool !== undefined) return `features.transition${Number(pool) - 1}.${part === 'bn' ? 'norm' : 'conv'}`;
  const [, block, number, place, kind] = /^conv(\d)_block(\d+)_(\d)_(conv|bn)$/.exec(layer) ?? [];
  if (block === undefined) return null;
  const own = kind === 'bn' ? `norm${Number(place) + 1}` : `conv${place}`;
  return `features.denseblock${Number(block) - 1}.denselayer${number}.${own}`;
}

/** `[rows, columns, in, out]` becomes `[out, in, rows, columns]`; `[in, out]` becomes `[out, in]`. */
function turned(shape: readonly number[], values: Float32Array): Pick<TorchTensor, 'shape' | 'values'> {
  const [filters = 1, channels = 1, ...sides] = shape.toReversed();
  const cells = sizeOfShape(sides);
  const turnedValues = Float32Array.from({ length: values.length }, (_, i) => {
    const cell = i % cells;
    const channel = Math.floor(i / cells) % channels;
    const filter = Math.floor(i / (cells * channels));
    return values[(cell * channels + channel) * filters + filter] ?? Number.NaN;
  });
  return { shape: [filters, channels, ...sides.toReversed()], values: turnedValues };
}

/** @param head the modules of the head's layers, in their order, such as `classifier` */
export function torchTensors({ weights, data }: ModelArtifacts, head: readonly string[]): TorchTensor[] {
  const headLayers = new Map<string, string>();
  let at = 0;
  return weights.map(({ name, shape }): TorchTensor => {
    const values = new Float32Array(data, at, sizeOfShape(shape));
    at += values.byteLength;
    const [layer = '', own = ''] = name.split('/');
    const place = headLayers.get(layer) ?? head[headLayers.size] ?? '';
    const module = moduleOf(layer) ?? place;
    if (module === place) headLayers.set(layer, place);
    const torchName = `${module}.${PARAMETERS[own]}`;
    if (own === 'kernel') return { name: torchName, ...turned(shape, values) };
    // So that the variance with the one added is that with the other.
    const shift = own === 'moving_variance' && module !== layer ? EPSILONS.keras - EPSILONS.torch : 0;
    return { name: torchName, shape, values: values.map((value) => value + shift) };
  });
}
