/**
 * Every setting of a run, by the name of its option: the command line is read by this table, its help is made from it, and the page prints by
 * it what makes the same maps.
 */
import * as v from 'valibot';
import { asFit, type Fit, type Size } from '../../core/images/geometry.ts';
import { channelCount, NORMALISATIONS, type Normalisation, type NormalisationId } from '../../core/images/preprocessing.ts';
import { RESAMPLINGS, type Resampling } from '../../core/images/resize.ts';
import { COLORMAPS } from '../../core/maps/colormap.ts';
import type { ChosenOptions } from '../../core/models/model-card.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { AblationValue, ChannelValue } from '../../explain/ablation-plan.ts';
import { DEFAULT_METHODS, METHODS, type MethodId } from '../../explain/methods/list.ts';
import type { ChosenScore } from '../../explain/target.ts';
import { DEFAULT_SENSITIVITY, MAX_RADIUS_PERCENT, MAX_SAMPLES, SENSITIVITY_CHOICES } from '../../metrics/max-sensitivity.ts';
import { DEFAULT_MEASURE, REPLACEMENT_CHOICES } from '../../metrics/measures.ts';
import type { BackendName } from '../../protocol/engine.ts';
import { MAP_FILE_KINDS } from '../results/run-record.ts';
import {
  asAblationValue,
  asCells,
  asChannelValue,
  asHiddenValue,
  asMaskCount,
  asMethods,
  asPixels,
  asSeed,
  CELLS,
  CONTENTS,
  CONTRASTS,
  DEFAULT_DISPLAY,
  DEFAULT_SETTINGS,
  MAX_CELLS,
  MAX_MASKS,
  MAX_PIXELS,
  MAX_SEED,
  MIN_MASKS,
  SIGNS,
} from '../setting-values.ts';
import { Finite } from '../stored-values.ts';
import { choice, flag, parsed, type Setting, several, text } from './setting.ts';

const CELL_COUNT = `no whole number of cells from 1 to ${MAX_CELLS}`;
const PIXEL_COUNT = `no whole number of pixels from 1 to ${MAX_PIXELS}`;
const NORMALISATION_IDS = NORMALISATIONS.map(({ id }) => id);
const READINGS: readonly OutputReading[] = ['softmax', 'independent', 'binary', 'number'];
const BACKENDS: readonly BackendName[] = ['wasm', 'webgpu', 'cpu'];
const SCORES: readonly ChosenScore[] = ['logit', 'probability'];
const { occlusion, rise } = DEFAULT_SETTINGS;

function wholeNumber(given: string, least: number, most: number): number | null {
  const number = /^\d{1,9}$/.test(given) ? Number(given) : Number.NaN;
  return number >= least && number <= most ? number : null;
}

/** `HEIGHTxWIDTH` */
function asSize(given: string): Size | null {
  const [, height, width] = /^([1-9]\d{0,4})x([1-9]\d{0,4})$/.exec(given) ?? [];
  return height && width ? { height: Number(height), width: Number(width) } : null;
}

const OwnNormalisation = v.pipe(
  v.strictObject({
    channels: v.picklist(['grey', 'rgb', 'bgr', 'rgba', 'bgra']),
    scale: Finite,
    mean: v.array(Finite),
    std: v.array(v.pipe(Finite, v.notValue(0))),
  } satisfies Record<keyof Normalisation, v.GenericSchema>),
  v.check(({ channels, mean, std }) => [mean, std].every(({ length }) => length === channelCount(channels))),
);

/** The name of a common one, or its numbers as JSON. */
function asNormalisation(given: string): NormalisationId | Normalisation | null {
  const named = NORMALISATION_IDS.find((id) => id === given);
  if (named) return named;
  try {
    const { success, output } = v.safeParse(OwnNormalisation, JSON.parse(given));
    return success ? output : null;
  } catch {
    return null;
  }
}

/** `id=option`, separated by commas. */
function asChoices(given: string): ChosenOptions | null {
  const pairs = given.split(',').map((pair) => /^([^=]+)=(.+)$/.exec(pair));
  return pairs.some((pair) => pair === null) ? null : Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', pair?.[2] ?? '']));
}

export const SETTINGS = {
  layer: text({ help: 'the layer to explain (default: the last convolutional one)' }),
  class: text({ help: 'the class to explain, by its name or its number from 0 (default: the best one of each image)' }),
  target: choice('which score of the class is explained', SCORES, 'logit'),
  versus: text({ value: 'CLASS', help: 'a class whose score is taken off; or look-alikes, the three classes whose logits are nearest' }),
  methods: parsed<readonly MethodId[]>({
    value: 'A,B',
    help: `some of ${METHODS.map(({ id }) => id).join(', ')}`,
    usual: DEFAULT_METHODS,
    wanted: `no list of some of ${METHODS.map(({ id }) => id).join(', ')}`,
    parse: (given) => asMethods(given, METHODS.length),
  }),
  window: parsed({ help: 'side of the ablated square, in cells', usual: DEFAULT_SETTINGS.window, wanted: CELL_COUNT, parse: asCells }),
  stride: parsed({ help: 'step of the ablated square, in cells', usual: DEFAULT_SETTINGS.stride, wanted: CELL_COUNT, parse: asCells }),
  value: parsed<AblationValue>({
    value: 'VALUE',
    help: 'what ablated activations are replaced with: themselves times a number, mean, blur or, where a ReLU comes next, after-relu',
    usual: DEFAULT_SETTINGS.value,
    wanted: 'no number from -100 to 100, and none of mean, blur and after-relu',
    parse: asAblationValue,
  }),
  channels: parsed<ChannelValue>({
    value: '0|after-relu',
    help: 'what ablated channels become; after-relu where a ReLU comes next',
    usual: DEFAULT_SETTINGS.channelValue ?? 0,
    wanted: 'none of 0, after-relu',
    parse: asChannelValue,
  }),
  patch: parsed<number | null>({
    help: 'side of an occluding patch, in pixels of the input (default: a seventh of its longer side)',
    usual: occlusion.patch,
    wanted: PIXEL_COUNT,
    parse: asPixels,
  }),
  'patch-stride': parsed<number | null>({
    help: 'step of an occluding patch (default: half a patch)',
    usual: occlusion.stride,
    wanted: PIXEL_COUNT,
    parse: asPixels,
  }),
  'patch-value': parsed({
    value: 'mean|blur',
    help: 'what occluded pixels become',
    usual: occlusion.value,
    wanted: 'none of mean, blur',
    parse: asHiddenValue,
  }),
  masks: parsed({
    help: 'how many random masks RISE lays over the image',
    usual: rise.count,
    wanted: `no whole number from ${MIN_MASKS} to ${MAX_MASKS}`,
    parse: asMaskCount,
  }),
  seed: parsed({
    help: 'what these masks are drawn from',
    usual: rise.seed,
    wanted: `no whole number from 0 to ${MAX_SEED}`,
    parse: asSeed,
  }),
  steps: parsed({
    help: 'into how many steps pixels are divided that are removed or inserted one after the other',
    usual: DEFAULT_MEASURE.steps,
    wanted: 'no whole number from 2 to 256',
    parse: (given) => wholeNumber(given, 2, 256),
  }),
  replacement: choice('what removed pixels become', REPLACEMENT_CHOICES, DEFAULT_MEASURE.replacement),
  sensitivity: choice('which maps are made again from inputs that are a little changed', SENSITIVITY_CHOICES, DEFAULT_SENSITIVITY.of),
  samples: parsed({
    help: 'how many such inputs',
    usual: DEFAULT_SENSITIVITY.samples,
    wanted: `no whole number from 1 to ${MAX_SAMPLES}`,
    parse: (given) => wholeNumber(given, 1, MAX_SAMPLES),
  }),
  radius: parsed({
    value: 'PERCENT',
    help: 'the furthest that a value of such an input moves, in percent of their range',
    usual: DEFAULT_SENSITIVITY.radiusPercent,
    wanted: `no number above 0, up to ${MAX_RADIUS_PERCENT}`,
    parse: (given) =>
      /^\d{1,3}(\.\d{1,6})?$/.test(given) && Number(given) > 0 && Number(given) <= MAX_RADIUS_PERCENT ? Number(given) : null,
  }),
  input: parsed<Size | null>({
    value: 'HxW',
    help: 'what a network that takes images of any size is given (default: what suits it)',
    usual: null,
    wanted: 'no HEIGHTxWIDTH, such as 224x224',
    parse: asSize,
    format: ({ height, width }) => `${height}x${width}`,
  }),
  output: parsed<number | null>({
    help: 'which of several outputs is explained, by its number from 0 (default: the first classifier)',
    usual: null,
    wanted: 'no whole number',
    parse: (given) => wholeNumber(given, 0, 9999),
  }),
  reading: choice('what the units of the output mean (default: as the model says, or is guessed)', READINGS, null),
  preprocessing: parsed<NormalisationId | Normalisation | null>({
    value: 'HOW',
    help: `how values are prepared: ${NORMALISATION_IDS.join(', ')}; or {"channels":"rgb","scale":1,"mean":[0,0,0],"std":[1,1,1]} (default: as the model says, or is guessed)`,
    usual: null,
    wanted: `none of ${NORMALISATION_IDS.join(', ')}, and no JSON of channels, scale, mean and std`,
    parse: asNormalisation,
    format: (given) => (typeof given === 'string' ? given : JSON.stringify(given)),
  }),
  fit: parsed<Fit | null>({
    value: 'HOW',
    help: 'how an image of another shape is fitted: stretched, letterbox, centre-crop or short-side-256, whose short side is resized before its middle is cropped',
    usual: null,
    wanted: 'none of stretched, letterbox, centre-crop and short-side-256 (or another number of pixels)',
    parse: asFit,
    format: String,
  }),
  resampling: choice<Resampling>('how images are resized (default: as the model says)', RESAMPLINGS, null),
  copy: text({ help: 'which of several copies of the weights that the file holds' }),
  choice: parsed<ChosenOptions>({
    value: 'ID=OPTION,…',
    help: 'how is read what the model’s files leave open',
    usual: {},
    wanted: 'no list of ID=OPTION',
    parse: asChoices,
    format: (given) =>
      Object.entries(given)
        .map((pair) => pair.join('='))
        .join(),
  }),
  stretch: flag('stretches images of 16 bits that would be nearly black'),
  backend: choice('what computes: WebAssembly, a GPU through the npm package webgpu, or plain JavaScript', BACKENDS, 'wasm'),
  colormap: choice(
    'colours of overlays',
    COLORMAPS.map(({ id }) => id),
    DEFAULT_DISPLAY.colormap,
  ),
  sign: choice('whether what speaks against the class is drawn', SIGNS, DEFAULT_DISPLAY.sign),
  opacity: parsed({
    help: 'of the map over the image, 0 to 1',
    usual: DEFAULT_DISPLAY.opacity,
    wanted: 'no number from 0 to 1',
    parse: (given) => (/^(0|1|0?\.\d+|1\.0*|0\.)$/.test(given) ? Number(given) : null),
  }),
  contrast: choice('which values the ends of the colours stand for', CONTRASTS, DEFAULT_DISPLAY.contrast),
  cells: choice('interpolated, or every cell in one colour', CELLS, DEFAULT_DISPLAY.cells),
  content: choice('the map over the image, or alone', CONTENTS, DEFAULT_DISPLAY.content),
  files: several(
    'what is written of each map: drawn over its image (PNG), its numbers as JSON, and for NumPy',
    MAP_FILE_KINDS,
    MAP_FILE_KINDS,
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** What was asked for, by the names of the options. */
export type Asked = {
  readonly [Name in SettingName]: (typeof SETTINGS)[Name] extends Setting<infer Value> ? Value : never;
};

/** All settings as they are where nothing is said. */
export const USUAL: Asked = Object.fromEntries(Object.entries(SETTINGS).map(([name, { usual }]) => [name, usual])) as Asked;
