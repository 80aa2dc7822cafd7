/** The weights of a DenseNet as torchvision and timm name them, under Keras' names and in Keras' layout. */
import { AppError } from '../../core/app-error.ts';
import type { WeightCopies } from '../../core/models/model-card.ts';
import type { NamedTensor } from '../hdf5/hdf5.ts';
import type { DenseNetWeights, HeadLayer } from './densenet.ts';
import { chosenCopy } from './weight-copies.ts';

const EPSILON = 1e-5;

/** Of the first convolution. */
const STEM = 'features.conv0.weight';

const STATISTICS: Readonly<Record<string, string>> = {
  weight: 'gamma',
  bias: 'beta',
  running_mean: 'moving_mean',
  running_var: 'moving_variance',
};

/** What trainers put before every name, such as `module.` (DataParallel) or `model.` (Lightning): all that stands before `features.`. */
function withoutPrefix(tensors: ReadonlyMap<string, NamedTensor>): Map<string, NamedTensor> {
  const stem = [...tensors.keys()].find((name) => name.endsWith(STEM));
  const prefix = stem?.slice(0, -STEM.length) ?? '';
  // A head of somebody's own need not stand under the same prefix.
  return new Map([...tensors].map(([name, tensor]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, tensor]));
}

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

/** The place of a layer in the head: `classifier` alone, or its number in a `Sequential` (`classifier.3`); null for anything else. */
function placeInHead(module: string): number | null {
  const found = /^(?:classifier|head|fc)(?:\.(?:fc\.?)?(\d+)?)?$/.exec(module);
  return found ? Number(found[1] ?? 0) : null;
}

/**
 * The layers of the head in their order. Between two that are numbered with a gap was something without weights, which the file does not
 * name: a ReLU most often.
 */
function headOf(tensors: ReadonlyMap<string, NamedTensor>): HeadLayer[] {
  const linear: { module: string; place: number; weight: NamedTensor }[] = [];
  for (const [name, weight] of tensors) {
    const module = name.replace(/\.weight$/, '');
    const place = module === name || weight.shape.length !== 2 ? null : placeInHead(module);
    if (place !== null) linear.push({ module, place, weight });
  }
  linear.sort((a, b) => a.place - b.place);
  return linear.map(({ module, place, weight }, i): HeadLayer => {
    const next = linear[i + 1];
    const activation = next ? (next.place - place > 1 ? 'relu' : 'linear') : 'softmax';
    const name = next ? `head_${i + 1}` : 'predictions';
    return { name, kernel: kerasKernel(weight), bias: tensors.get(`${module}.bias`) ?? null, activation };
  });
}

/** What training keeps beside a network, by the module or the buffer that it is in. Nothing else may be left out: it could be a layer. */
const ONLY_FOR_TRAINING =
  /^(criteri(on|a)|(\w+_)?loss(es|_\w+)?|(\w+_)?metrics?|optim(izer)?s?|(lr_)?scheduler|(grad_)?scaler|epoch|(global_)?step|anchors?|anchor_\w+|class_weights?|pos_weight|ema(_\w+)?|\w+_ema|swa_\w+|teacher|queue(_\w+)?)$/i;

export interface TorchDenseNet {
  readonly weights: DenseNetWeights;
  readonly copies: WeightCopies | null;
  /** The tensors that are no part of the network. */
  readonly leftOut: readonly string[];
}

function isOnlyForTraining(name: string): boolean {
  return name.split('.').some((part) => ONLY_FOR_TRAINING.test(part));
}

/**
 * @param copy which of several copies of the weights is meant; null: the averaged one, else the first
 * @throws AppError `model-unsupported` naming the file, and a tensor that no DenseNet has
 */
export function denseNetOfTorch(fileName: string, given: ReadonlyMap<string, NamedTensor>, copy: string | null = null): TorchDenseNet {
  const { copies, tensors: own } = chosenCopy(given, STEM, copy);
  const tensors = new Map<string, NamedTensor>();
  const others = new Map<string, NamedTensor>();
  const leftOut: string[] = [];
  for (const [name, tensor] of withoutPrefix(own)) {
    const dot = name.lastIndexOf('.');
    const parameter = name.slice(dot + 1);
    const layer = kerasLayer(name.slice(0, dot));
    if (parameter === 'num_batches_tracked') continue;
    if (!layer && isOnlyForTraining(name)) leftOut.push(tensor.source);
    else if (!layer) others.set(name, tensor);
    else if (layer.isConvolution && parameter === 'weight') tensors.set(`${layer.name}/kernel`, kerasKernel(tensor));
    else tensors.set(`${layer.name}/${layer.isConvolution ? parameter : (STATISTICS[parameter] ?? parameter)}`, tensor);
  }
  const head = headOf(others);
  const known = new Set(head.flatMap(({ kernel, bias }) => [kernel.source, bias?.source]));
  const [stranger] = [...others.values()].filter(({ source }) => !known.has(source));
  if (!tensors.has('conv1_conv/kernel') || stranger) {
    const fault = stranger ? `has the tensor ${stranger.source}, which no DenseNet has` : `has no ${STEM}`;
    throw new AppError(
      'model-unsupported',
      `The file ${fileName} ${fault}; please give the weights of a DenseNet-121, 161, 169 or 201 with torchvision’s or timm’s names.`,
    );
  }
  return { weights: { tensors, head, epsilon: EPSILON, sourceOf: torchName }, copies, leftOut };
}
