/** What was asked for, about a network that is known: the settings of a run, or one sentence about what cannot be had. */

import { AppError } from '../../core/app-error.ts';
import { APP_NAME } from '../../core/app-name.ts';
import {
  channelCount,
  type Normalisation,
  type NormalisationId,
  normalisationsFor,
  type Preprocessing,
} from '../../core/images/preprocessing.ts';
import { classNamesFor } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { sizesIn } from '../../core/models/size-choice.ts';
import { ablationAt, fitsGrid, noReluReason } from '../../explain/ablation-plan.ts';
import { patchesFit, patchSize, type SweepSettings } from '../../explain/input/input-settings.ts';
import { canBeExplained, isCalled, type LayerInfo } from '../../explain/layer-info.ts';
import { inputGrid } from '../../explain/methods/method.ts';
import { hasLookAlikes, type Rival, type ScoreKind } from '../../explain/target.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import type { RunSettings } from '../results/run-record.ts';
import { classNamed } from '../setting-values.ts';
import type { Asked } from './settings.ts';

function wrong(message: string): AppError {
  return new AppError('option-wrong', message);
}

/**
 * That the network was opened as it was asked for.
 *
 * @throws AppError `option-wrong` for a size or an output that it does not have
 */
export function checkOpened({ input, output }: Pick<Asked, 'input' | 'output'>, info: ModelInfo): void {
  const { title, outputs } = info;
  const isOther = input && (input.width !== info.input.width || input.height !== info.input.height);
  const sizes = sizesIn(info.choices);
  if (isOther && sizes.length > 1)
    throw wrong(`The network ${title} takes images of ${sizes.join(', ')} alone; please say one of these by --input.`);
  if (isOther)
    throw wrong(`The network ${title} takes images of ${info.input.height}x${info.input.width} alone; please leave --input out.`);
  if (output === null || output === info.output) return;
  const known = outputs.map(({ index, name }) => `${index} (${name})`).join(', ');
  throw wrong(`The network ${title} has no output ${output} that can be explained; --output may be ${known}.`);
}

function explainedLayer({ layers, defaultLayer, title }: ModelInfo, wanted: string | null): LayerInfo {
  const name = wanted ?? defaultLayer;
  const layer = layers.find((one) => isCalled(one, name));
  if (!layer)
    throw new AppError('layer-unknown', `The network ${title} has no layer ${name}; “${APP_NAME} layers” lists those that it has.`);
  if (!canBeExplained(layer))
    throw new AppError('layer-unknown', `The layer ${name} of ${title} cannot be explained: ${layer.unsupportedReason}`);
  return layer;
}

/** How many names there are, and a few of them. */
function someNames(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `it has ${names.length}, such as ${shown}` : `it has ${shown}`;
}

function classOf(title: string, names: readonly string[], wanted: string): number {
  const index = classNamed(names, wanted);
  if (index === null) throw new AppError('class-unknown', `The network ${title} has no class ${wanted}; ${someNames(names)}.`);
  return index;
}

function rivalOf(title: string, names: readonly string[], reading: OutputReading, wanted: string): Rival {
  const index = classNamed(names, wanted);
  if (index !== null) return index;
  if (wanted !== 'look-alikes') return classOf(title, names, wanted);
  if (!hasLookAlikes(names.length, reading))
    throw wrong(`The classes of ${title} have no look-alikes; --versus look-alikes takes three or more that exclude each other.`);
  return 'look-alikes';
}

function scoreKind({ title }: ModelInfo, reading: OutputReading, { target }: Asked): ScoreKind {
  if (reading !== 'number') return target;
  if (target === 'probability') throw wrong(`The outputs of ${title} are numbers, which have no probability; please leave --target out.`);
  return 'value';
}

/** @param title of the network, as sentences call it */
export function normalisationFor(title: string, current: Preprocessing, wanted: NormalisationId | Normalisation): Normalisation {
  const count = channelCount(current.channels);
  if (typeof wanted !== 'string') {
    if (channelCount(wanted.channels) === count) return wanted;
    throw wrong(
      `The network ${title} takes images of ${count} channels, which “${wanted.channels}” is not for; please correct --preprocessing.`,
    );
  }
  const known = normalisationsFor(count);
  const found = known.find(({ id }) => id === wanted);
  if (!found)
    throw wrong(
      `The network ${title} takes images of ${count} channels, which --preprocessing ${wanted} is not for; please choose one of ${known.map(({ id }) => id).join(', ')}.`,
    );
  const { channels, scale, mean, std } = found;
  return { channels, scale, mean, std };
}

function preprocessingFor({ title, preprocessing }: ModelInfo, asked: Pick<Asked, 'preprocessing' | 'fit' | 'resampling'>): Preprocessing {
  return {
    ...preprocessing,
    ...(asked.preprocessing && normalisationFor(title, preprocessing, asked.preprocessing)),
    ...(asked.fit && { fit: asked.fit }),
    ...(asked.resampling && { resampling: asked.resampling }),
  };
}

function readingFor({ title, reading, readings }: ModelInfo, wanted: OutputReading | null): OutputReading {
  if (wanted === null || readings.includes(wanted)) return wanted ?? reading;
  throw wrong(`The outputs of ${title} cannot be read as ${wanted}; please choose one of ${readings.join(', ')}.`);
}

export function ablationOf(asked: Asked): SweepSettings {
  const { window, stride, value, channels, patch, masks: count, seed } = asked;
  const occlusion = { patch, stride: asked['patch-stride'], value: asked['patch-value'] };
  return { window, stride, value, channelValue: channels, occlusion, rise: { count, seed } };
}

/** The names of its classes or numbers, under a reading. */
export function namesFor({ givenNames, units }: ModelInfo, reading: OutputReading): readonly string[] {
  return classNamesFor(givenNames, units, reading);
}

/** @throws AppError for a layer, a class or a setting that the network does not have */
export function settingsFor(asked: Asked, info: ModelInfo): RunSettings {
  const { title } = info;
  checkOpened(asked, info);
  const layer = explainedLayer(info, asked.layer);
  const reading = readingFor(info, asked.reading);
  const names = namesFor(info, reading);
  const ablation = ablationOf(asked);
  if ((ablation.window !== 1 || ablation.stride !== 1) && !fitsGrid(layer, ablation))
    throw wrong(
      `A window of ${ablation.window} cells in steps of ${ablation.stride} leaves nothing to compare at the ${layer.rows} × ${layer.columns} cells of ${layer.name}; please choose less.`,
    );
  const input = inputGrid(info);
  const isPatchSaid = asked.patch !== null || asked['patch-stride'] !== null;
  if (isPatchSaid && !patchesFit(input, ablation.occlusion)) {
    const { patch, stride } = patchSize(input, ablation.occlusion);
    throw wrong(
      `A patch of ${patch} pixels in steps of ${stride} leaves nothing to compare in the ${input.rows} × ${input.columns} pixels that ${title} takes; please choose less.`,
    );
  }
  const classIndex = asked.class === null ? null : classOf(title, names, asked.class);
  const versus = asked.versus === null ? null : rivalOf(title, names, reading, asked.versus);
  if (classIndex !== null && versus === classIndex)
    throw wrong(`The class ${names[classIndex]} cannot be held against itself; please choose another one for --versus.`);
  const noRelu = ablation.value === 'after-relu' ? noReluReason(layer) : '';
  if (noRelu) throw wrong(`${noRelu}; please leave --value after-relu out, or choose another layer of ${title}.`);
  return {
    layer: layer.name,
    methods: asked.methods,
    classIndex,
    score: scoreKind(info, reading, asked),
    versus,
    ablation: ablationAt(layer, ablation),
    measure: {
      steps: asked.steps,
      replacement: asked.replacement,
      sensitivity: { of: asked.sensitivity, samples: asked.samples, radiusPercent: asked.radius },
    },
    preprocessing: preprocessingFor(info, asked),
    input: info.input,
    output: info.output,
    reading,
    choices: asked.choice,
    isStretched: asked.stretch,
    display: {
      colormap: asked.colormap,
      sign: asked.sign,
      opacity: asked.opacity,
      contrast: asked.contrast,
      cells: asked.cells,
      content: asked.content,
    },
    files: asked.files,
    backend: asked.backend,
  };
}
