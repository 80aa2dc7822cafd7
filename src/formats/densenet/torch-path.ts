/**
 * Which of the tensors beside a DenseNet's features lie on the way from the image to the classes. Training keeps much else in the same file:
 * that is left out, but never what could be a layer.
 */
import { AppError } from '../../core/app-error.ts';
import type { NamedTensor } from '../network/named-tensor.ts';

export interface PlacedTensor {
  /** Without what stands before the network's names. */
  readonly name: string;
  /** What stands before the name in the file. */
  readonly root: string;
  readonly isBesideStem: boolean;
  readonly tensor: NamedTensor;
}

/**
 * @param prefix what trainers put before every name, such as `module.` (DataParallel) or `model.` (Lightning). A head of somebody's own may
 * stand further out: `model.classifier` beside `model.backbone.features`.
 */
export function placedTensors(tensors: ReadonlyMap<string, NamedTensor>, prefix: string): PlacedTensor[] {
  const modules = prefix
    .replace(/[^.]*$/, '')
    .split('.')
    .slice(0, -1);
  const outer = modules.map((_, i) => modules.slice(0, modules.length - i).join('.')).map((module) => `${module}.`);
  return [...tensors].map(([source, tensor]) => {
    const root = [prefix, ...outer].find((candidate) => source.startsWith(candidate)) ?? '';
    return { name: source.slice(root.length), root, isBesideStem: root === prefix, tensor };
  });
}

/** A linear layer of the head, in torch's layout (`[out, in]`). */
export interface LinearLayer {
  /** Its number in a `Sequential` (`classifier.3`). */
  readonly place: number;
  readonly weight: NamedTensor;
  readonly bias: NamedTensor | null;
}

const HEAD = /^(classifier|head|fc)(?:\.|$)/;

/** The place of a layer in the head: `classifier` alone, or its number in a `Sequential` (`classifier.3`); null for anything else. */
function placeInHead(module: string): number | null {
  const found = /^(?:classifier|head|fc)(?:\.(?:fc\.?)?(\d+)?)?$/.exec(module);
  return found ? Number(found[1] ?? 0) : null;
}

/** The linear layers under each name that a head has, in their order. */
function possibleHeads(tensors: readonly PlacedTensor[]): LinearLayer[][] {
  const heads = new Map<string, LinearLayer[]>();
  for (const { name, root, tensor } of tensors) {
    const module = name.replace(/\.weight$/, '');
    const place = module === name || tensor.shape.length !== 2 ? null : placeInHead(module);
    if (place === null) continue;
    const bias = tensors.find((other) => other.root === root && other.name === `${module}.bias`)?.tensor ?? null;
    const of = `${root}${HEAD.exec(name)?.[1]}`;
    heads.set(of, [...(heads.get(of) ?? []), { place, weight: tensor, bias }]);
  }
  return [...heads.values()].map((head) => head.sort((a, b) => a.place - b.place));
}

/**
 * @param features how many of them the network pools
 * @returns the layers of the head; none where the file stops at the features
 * @throws AppError `model-unsupported` naming the file, and two tensors that could both be the head
 */
export function torchHead(fileName: string, tensors: readonly PlacedTensor[], features: number): LinearLayer[] {
  const heads = possibleHeads(tensors);
  const fitting = heads.filter(([first]) => first?.weight.shape[1] === features);
  const [head, second] = fitting.length > 0 ? fitting : heads;
  const [one, other] = [head?.[0]?.weight.source, second?.[0]?.weight.source];
  if (other !== undefined)
    throw new AppError(
      'model-unsupported',
      `In ${fileName} both ${one} and ${other} could be the layer that gives the classes; please save the weights with only one of them.`,
    );
  return head ?? [];
}

/** What training keeps beside a network, by the module or the buffer that it is in, whatever its shape. */
const ONLY_FOR_TRAINING =
  /^(criteri(on|a)|(\w+_)?loss(es|_\w+)?|(\w+_)?metrics?|optim(izer)?s?|(lr_)?scheduler|(grad_)?scaler|epoch|(global_)?step|anchors?|anchor_\w+|class_weights?|pos_weight|ema(_\w+)?|\w+_ema|swa_\w+|teacher|queue(_\w+)?)$/i;

/** A pooling of somebody's own has a number or none (GeM's exponent), which no shape gives away. */
const POOLING = /(^|_)(\w*pool(ing)?|gem)\d*(_|$)/i;

/** Of the image. */
const CHANNELS = 3;

export interface NetworkPath {
  /** How many features the network pools. */
  readonly features: number;
  /** How many channels go into and out of the layers between its blocks. */
  readonly widths: readonly number[];
  /** The weights of the head, `[out, in]`. */
  readonly head: readonly NamedTensor[];
}

/** Whether a tensor that no DenseNet has may belong to a layer that the image goes through: by its name, or because its shape fits there. */
export function couldBeInPath({ name, isBesideStem, tensor }: PlacedTensor, { features, widths, head }: NetworkPath): boolean {
  const { shape } = tensor;
  const modules = name.split('.');
  if (isBesideStem && modules[0] === 'features') return true;
  if (modules.some((module) => ONLY_FOR_TRAINING.test(module))) return false;
  if (modules.some((module) => POOLING.test(module))) return true;
  // What stands between the blocks, after the pooling (also of several poolings, or of none at all), or between the layers of the head.
  const inner = [...widths, ...head.map(({ shape: [, taken] }) => taken)];
  // Of a convolution the first two are channels.
  const sides = shape.length === 4 ? shape.slice(0, 2) : shape;
  if (sides.some((side) => inner.includes(side) || (features > 0 && side > 0 && side % features === 0))) return true;
  const classes = head.at(-1)?.shape[0];
  if (shape.length === 2 && shape[1] === classes) return true;
  // Means and scales of the image's channels, a convolution before the network, or one over maps of attention.
  const isOfImage = shape.length === 4 && shape[0] === CHANNELS;
  const cells = shape.reduce((product, side) => product * side, 1);
  return cells === CHANNELS || isOfImage || (shape.length > 2 && shape[0] === 1);
}
