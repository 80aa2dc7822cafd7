/** The weights of a DenseNet as torchvision and timm name them, under Keras' names and in Keras' layout. */
import { AppError } from '../../core/app-error.ts';
import type { WeightCopies } from '../../core/models/model-card.ts';
import { chosenCopy } from '../architectures/weight-copies.ts';
import type { NamedTensor } from '../network/named-tensor.ts';
import type { DenseNetWeights, HeadLayer } from './densenet.ts';
import { couldBeInPath, type LinearLayer, type PlacedTensor, placedTensors, torchHead } from './torch-path.ts';

const EPSILON = 1e-5;

/** Of the first convolution. */
const STEM = 'features.conv0.weight';

const STATISTICS: Readonly<Record<string, string>> = {
  weight: 'gamma',
  bias: 'beta',
  running_mean: 'moving_mean',
  running_var: 'moving_variance',
};

/** `conv4_block3_1` for `features.denseblock3.denselayer3.conv1`; null for what is no part of a DenseNet's features. */
function kerasLayer(module: string): { readonly name: string; readonly isConvolution: boolean } | null {
  if (module === 'features.conv0') return { name: 'conv1_conv', isConvolution: true };
  if (module === 'features.norm0') return { name: 'conv1_bn', isConvolution: false };
  if (module === 'features.norm5') return { name: 'bn', isConvolution: false };
  // Weights of before 2017 have a dot before the number.
  const [, block, layer, kind, number] = /^features\.denseblock([1-8])\.denselayer(\d+)\.(conv|norm)\.?([12])$/.exec(module) ?? [];
  if (block !== undefined) {
    const isConvolution = kind === 'conv';
    const name = `conv${Number(block) + 1}_block${layer}_${isConvolution ? number : Number(number) - 1}_${isConvolution ? 'conv' : 'bn'}`;
    return { name, isConvolution };
  }
  const [, transition, part] = /^features\.transition([1-8])\.(conv|norm)$/.exec(module) ?? [];
  if (transition === undefined) return null;
  return { name: `pool${Number(transition) + 1}_${part === 'conv' ? 'conv' : 'bn'}`, isConvolution: part === 'conv' };
}

/** The other way round, for what is missing: `features.denseblock3.denselayer3.conv1.weight` for `conv4_block3_1_conv/kernel`. */
function torchName(name: string): string {
  const [layer = '', own = ''] = name.split('/');
  const module = layer
    .replace(/^conv1_(conv|bn)$/, (_, kind) => `${kind}0`)
    .replace(/^bn$/, 'bn5')
    .replace(/^pool(\d)_(conv|bn)$/, (_, pool, kind) => `transition${pool - 1}.${kind}`)
    .replace(/^conv(\d)_block(\d+)_(\d)_conv$/, (_, block, number, place) => `denseblock${block - 1}.denselayer${number}.conv${place}`)
    .replace(
      /^conv(\d)_block(\d+)_(\d)_bn$/,
      (_, block, number, place) => `denseblock${block - 1}.denselayer${number}.bn${Number(place) + 1}`,
    );
  const parameter = Object.keys(STATISTICS).find((key) => STATISTICS[key] === own) ?? 'weight';
  return `features.${module.replace('bn', 'norm')}.${parameter}`;
}

/** `[out, in, rows, columns]` becomes `[rows, columns, in, out]`; `[out, in]` becomes `[in, out]`; what is no kernel stays as it is. */
function kerasKernel(tensor: NamedTensor): NamedTensor {
  const { shape, values, source } = tensor;
  if (shape.length !== 2 && shape.length !== 4) return tensor;
  const [filters = 0, channels = 0, rows = 1, columns = 1] = shape;
  const cells = rows * columns;
  const kernel = new Float32Array(values.length);
  for (let f = 0; f < filters; f++)
    for (let c = 0; c < channels; c++)
      for (let cell = 0; cell < cells; cell++) kernel[(cell * channels + c) * filters + f] = values[(f * channels + c) * cells + cell] ?? 0;
  return { shape: shape.length === 2 ? [channels, filters] : [rows, columns, channels, filters], values: kernel, source };
}

/** Between two layers that are numbered with a gap was something without weights, which the file does not name: a ReLU most often. */
function headOf(linear: readonly LinearLayer[]): HeadLayer[] {
  return linear.map(({ place, weight, bias }, i): HeadLayer => {
    const next = linear[i + 1];
    const activation = next ? (next.place - place > 1 ? 'relu' : 'linear') : 'softmax';
    return { name: next ? `head_${i + 1}` : 'predictions', kernel: kerasKernel(weight), bias, activation };
  });
}

export interface TorchDenseNet {
  readonly weights: DenseNetWeights;
  readonly copies: WeightCopies | null;
  /** The tensors that are no part of the network. */
  readonly leftOut: readonly string[];
}

/**
 * @param copy which of several copies of the weights is meant; null: the averaged one, else the first
 * @throws AppError `model-unsupported` naming the file, and a tensor that no DenseNet has but may take part in what this one computes
 */
export function denseNetOfTorch(fileName: string, given: ReadonlyMap<string, NamedTensor>, copy: string | null = null): TorchDenseNet {
  const { copies, tensors: own } = chosenCopy(given, STEM, copy);
  const stem = [...own.keys()].find((name) => name.endsWith(STEM));
  if (stem === undefined)
    throw new AppError(
      'model-unsupported',
      `The file ${fileName} has no ${STEM}; please give the weights of a DenseNet-121, 161, 169 or 201 with torchvision’s or timm’s names.`,
    );
  const tensors = new Map<string, NamedTensor>();
  const others: PlacedTensor[] = [];
  for (const placed of placedTensors(own, stem.slice(0, -STEM.length))) {
    const { name, isBesideStem, tensor } = placed;
    const dot = name.lastIndexOf('.');
    const parameter = name.slice(dot + 1);
    const layer = isBesideStem ? kerasLayer(name.slice(0, dot)) : null;
    if (parameter === 'num_batches_tracked') continue;
    if (!layer) others.push(placed);
    else if (layer.isConvolution && parameter === 'weight') tensors.set(`${layer.name}/kernel`, kerasKernel(tensor));
    else tensors.set(`${layer.name}/${layer.isConvolution ? parameter : (STATISTICS[parameter] ?? parameter)}`, tensor);
  }
  const features = tensors.get('bn/gamma')?.shape[0] ?? 0;
  const linear = torchHead(fileName, others, features);
  const known = new Set(linear.flatMap(({ weight, bias }) => [weight, bias]));
  const strangers = others.filter(({ tensor }) => !known.has(tensor));
  const stemWidth = tensors.get('conv1_conv/kernel')?.shape.slice(3) ?? [];
  const between = [...tensors].flatMap(([name, { shape }]) => (/^pool\d_conv\/kernel$/.test(name) ? shape.slice(2) : []));
  const widths = [...stemWidth, ...between];
  const path = { features, widths, head: linear.map(({ weight }) => weight) };
  const inPath = strangers.find((stranger) => couldBeInPath(stranger, path));
  if (inPath)
    throw new AppError(
      'model-unsupported',
      `The file ${fileName} has, beside a DenseNet’s, the tensor ${inPath.tensor.source}, which may take part in what the network computes; please save its weights without that, or give the whole network as a Keras or TensorFlow.js model.`,
    );
  const leftOut = strangers.map(({ tensor }) => tensor.source);
  return { weights: { tensors, head: headOf(linear), epsilon: EPSILON, sourceOf: torchName }, copies, leftOut };
}
