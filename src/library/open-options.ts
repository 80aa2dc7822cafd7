/** What a model's files leave open, said by who opens it. */
import { AppError } from '../core/app-error.ts';
import type { Size } from '../core/images/geometry.ts';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import { classNamesFor, nameCounts } from '../core/models/output-names.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import type { BackendName, LoadProgress, ModelInfo } from '../protocol/engine.ts';

export interface OpenOptions {
  /** What it runs on. Left out: WebGPU on a real GPU, else WebAssembly, else plain JavaScript. */
  readonly backend?: BackendName;
  /** How images are prepared. Left out: as the files say, or as it is guessed, which `model.isGuessed` says. */
  readonly preprocessing?: Preprocessing;
  /** What the outputs mean. Left out: as the files say, or as it is guessed, which `model.remark` says. */
  readonly reading?: OutputReading;
  /** One name for each output. Left out: as the files say. */
  readonly classNames?: readonly string[];
  /** In pixels: what a network that takes any size is given. Left out: what suits it. */
  readonly input?: Size;
  /** Which of several outputs is explained, by its number from 0. Left out: the first that is a classifier. */
  readonly output?: number;
  /** Told how many bytes of the model are read. */
  readonly onProgress?: (progress: LoadProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * The model as it was opened, with what was said about it.
 *
 * @throws AppError `option-wrong`
 */
export function withOptions(info: ModelInfo, { preprocessing, reading, classNames, output }: OpenOptions): ModelInfo {
  if (reading !== undefined && !info.readings.includes(reading)) {
    throw new AppError('option-wrong', `The outputs cannot be read as “${reading}”; please choose ${info.readings.join(' or ')}.`);
  }
  if (classNames && !nameCounts(info.units).includes(classNames.length)) {
    throw new AppError('option-wrong', `${classNames.length} class names were given for ${info.units} outputs; please give one for each.`);
  }
  if (output !== undefined && output !== info.output) {
    throw new AppError('option-wrong', `The model has no output ${output} that is a vector of scores; please choose another.`);
  }
  const names = classNames ?? info.givenNames;
  const read = reading ?? info.reading;
  return {
    ...info,
    ...(preprocessing && { preprocessing, isGuessed: false }),
    reading: read,
    givenNames: names,
    nameSource: classNames ? 'given' : info.nameSource,
    classNames: classNamesFor(names, info.units, read),
  };
}
