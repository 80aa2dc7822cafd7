/** What is asked about an image, with what is left out filled in. */
import { AppError } from '../core/app-error.ts';
import { classCount } from '../core/models/output-reading.ts';
import {
  type AblationValue,
  ablationAt,
  CHANNEL_VALUES,
  type ChannelValue,
  fitsGrid,
  NAMED_VALUES,
  noReluReason,
} from '../explain/ablation-plan.ts';
import {
  DEFAULT_SWEEP,
  type MaskSettings,
  type OcclusionSettings,
  patchesFit,
  type SweepSettings,
} from '../explain/input/input-settings.ts';
import { canBeExplained, isCalled, type LayerInfo } from '../explain/layer-info.ts';
import { DEFAULT_METHODS, METHODS, type MethodId } from '../explain/methods/list.ts';
import { inputGrid } from '../explain/methods/method.ts';
import { type ChosenScore, type ClassScore, hasLookAlikes, type Rival, versusOf } from '../explain/target.ts';
import type { ModelInfo } from '../protocol/engine.ts';
import { bestScore } from '../sets/explain-whole.ts';
import { DEFAULT_SETTINGS, MAX_CELLS, MAX_MASKS, MAX_PIXELS, MAX_SEED, MIN_MASKS } from '../sets/setting-values.ts';

/** What is asked about an image. Whatever is left out is as the page has it at first. */
export interface Question {
  /** How it is explained. Left out: by Grad-CAM. */
  readonly method?: MethodId;
  /** The layer, by its name. Left out: the last convolutional layer (`model.defaultLayer`). */
  readonly layer?: string;
  /** The class or number that is explained, from 0. Left out: the one that is best for the image. */
  readonly classIndex?: number;
  /** Which score of the class: `logit` (before the output's activation) or `probability`. Left out: `logit`; numbers have their value alone. */
  readonly score?: ChosenScore;
  /** Another class, whose score is taken off, or `look-alikes`: the three classes whose logits are nearest. Left out: none. */
  readonly versus?: Rival | null;
  /** The side of the square of cells that is ablated together, in cells; for methods that ablate cells. Left out: 1. */
  readonly window?: number;
  /** From one window to the next, in cells. Left out: 1. */
  readonly stride?: number;
  /** What ablated activations are replaced with: themselves times a number, `mean`, `blur` or `after-relu`. Left out: 0. */
  readonly value?: AblationValue;
  /** What Ablation-CAM’s channels become: 0, as published, or `after-relu`. Left out: `after-relu` where a ReLU comes next, else 0. */
  readonly channels?: ChannelValue;
  /** Which patches Occlusion hides, in pixels of the network's input. */
  readonly occlusion?: Partial<OcclusionSettings>;
  /** How many masks RISE lays over the image, and the seed that they are drawn from. Left out: 2000 of seed 1. */
  readonly rise?: Partial<MaskSettings>;
  /** The most memory for the activations of a running batch, in bytes. Left out: 64 MB, on a GPU 256 MB. */
  readonly budgetBytes?: number;
  /** Cancels it between two batches; the promise then rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told after every batch how many of all copies of the activation have run. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** @throws AppError `option-wrong` for a number that is not whole, or out of its bounds */
function wholeNumber(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AppError('option-wrong', `The option ${name} is ${value}; please give a whole number from ${least} to ${most}.`);
}

/** The reference that everybody knows. */
const [USUAL_METHOD] = DEFAULT_METHODS;

/** @throws AppError `option-wrong` */
export function methodAsked({ method = USUAL_METHOD }: Question): MethodId {
  if (method && METHODS.some(({ id }) => id === method)) return method;
  throw new AppError('option-wrong', `There is no method “${method}”; please choose one of ${METHODS.map(({ id }) => id).join(', ')}.`);
}

/** @throws AppError `layer-unknown` */
export function layerAsked({ layers, defaultLayer }: ModelInfo, { layer = defaultLayer }: Question): LayerInfo {
  const found = layers.find(({ name }) => name === layer) ?? layers.find((info) => isCalled(info, layer));
  if (found && canBeExplained(found)) return found;
  const named = layers.filter(canBeExplained).map(({ name }) => name);
  const some = named.length > 8 ? `${named.slice(-8).join(', ')}, or another of ${named.length}` : named.join(', ');
  const why = found ? `The layer ${layer} cannot be explained: ${found.unsupportedReason}` : `The model has no layer ${layer}.`;
  throw new AppError('layer-unknown', `${why} Please choose ${some}.`);
}

/**
 * The score that is explained of an image with these logits.
 *
 * @throws AppError `class-unknown`, or `option-wrong`
 */
export function scoreAsked(
  { units, reading }: ModelInfo,
  { classIndex, score, versus = null }: Question,
  logits: Float32Array,
): ClassScore {
  const best = bestScore(logits, reading);
  const count = classCount(units, reading);
  const known = (index: number): number => {
    if (Number.isInteger(index) && index >= 0 && index < count) return index;
    throw new AppError('class-unknown', `There is no class ${index}: the model has ${count}, counted from 0; please choose one of them.`);
  };
  if (score !== undefined && score !== 'logit' && score !== 'probability') {
    throw new AppError('option-wrong', `The option score is “${score}”; please choose logit or probability.`);
  }
  if (score === 'probability' && best.kind === 'value') {
    throw new AppError('option-wrong', 'The model’s outputs are numbers, which have no probability; please leave score out.');
  }
  const explained = classIndex === undefined ? best.classIndex : known(classIndex);
  const rival = typeof versus === 'number' ? known(versus) : versus;
  if (rival === 'look-alikes' && !hasLookAlikes(logits.length, reading)) {
    throw new AppError('option-wrong', 'Look-alikes are of three or more classes that exclude each other; please leave versus out.');
  }
  if (classIndex !== undefined && rival === classIndex) {
    throw new AppError('option-wrong', `Class ${classIndex} cannot be held against itself; please choose another one for versus.`);
  }
  const kind = best.kind === 'value' ? 'value' : (score ?? 'logit');
  return { classIndex: explained, kind, versus: versusOf(rival, explained, logits, reading) ?? null, reading };
}

/**
 * @param layer that is explained
 * @throws AppError `option-wrong`
 */
export function settingsAsked(
  { input }: Pick<ModelInfo, 'input'>,
  { window = 1, stride = 1, value = 0, channels = DEFAULT_SETTINGS.channelValue, occlusion, rise }: Question,
  layer: LayerInfo,
): SweepSettings {
  if (typeof value === 'number' ? !Number.isFinite(value) : !NAMED_VALUES.includes(value)) {
    throw new AppError('option-wrong', `The option value is ${value}; please give a number, mean, blur or after-relu.`);
  }
  if (channels !== undefined && !CHANNEL_VALUES.includes(channels)) {
    throw new AppError('option-wrong', `The option channels is ${channels}; please give 0 or after-relu.`);
  }
  if ((window !== 1 || stride !== 1) && !fitsGrid(layer, { window, stride })) {
    const cells = `the ${layer.rows} × ${layer.columns} cells of ${layer.name}`;
    throw new AppError(
      'option-wrong',
      `A window of ${window} in steps of ${stride} leaves nothing to compare at ${cells}; please choose less.`,
    );
  }
  const noRelu = value === 'after-relu' ? noReluReason(layer) : '';
  if (noRelu) throw new AppError('option-wrong', `${noRelu}; please choose another value than after-relu, or another layer.`);
  const { patch, stride: step, value: hidden } = { ...DEFAULT_SWEEP.occlusion, ...occlusion };
  const { count, seed } = { ...DEFAULT_SWEEP.rise, ...rise };
  const pixels = (name: string, side: number | null) => (side === null ? null : wholeNumber(name, side, 1, MAX_PIXELS));
  const patches = { patch: pixels('occlusion.patch', patch), stride: pixels('occlusion.stride', step), value: hidden };
  const isPatchSaid = patch !== null || step !== null;
  if (isPatchSaid && !patchesFit(inputGrid({ input }), patches)) {
    const what = `Patches of ${patch ?? 'the usual size'}${step === null ? '' : ` in steps of ${step}`}`;
    throw new AppError('option-wrong', `${what} leave nothing to compare in ${input.width} × ${input.height} pixels; please choose less.`);
  }
  return ablationAt(layer, {
    window: wholeNumber('window', window, 1, MAX_CELLS),
    stride: wholeNumber('stride', stride, 1, MAX_CELLS),
    value,
    ...(channels !== undefined && { channelValue: channels }),
    occlusion: patches,
    rise: { count: wholeNumber('rise.count', count, MIN_MASKS, MAX_MASKS), seed: wholeNumber('rise.seed', seed, 0, MAX_SEED) },
  });
}
