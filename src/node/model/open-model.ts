/** A model as it is named on the command line: its file, its folder, or its name on the Hugging Face hub. */
import { basename, extname, resolve } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import type { Size } from '../../core/images/geometry.ts';
import { parseHubName } from '../../core/models/hub-name.ts';
import type { ChosenOptions } from '../../core/models/model-card.ts';
import { optionOfSize, SIZE_CHOICE } from '../../core/models/size-choice.ts';
import type { GivenFile } from '../../formats/given-file.ts';
import { type ReadModel, readModel } from '../../formats/read-model.ts';
import { fromHub } from './from-hub.ts';
import { givenModel, givenNames } from './given-files.ts';

export interface NamedModel {
  /** What results call it: its file's or folder's name without its ending, or its name on the hub, with the commit. */
  readonly id: string;
  readonly model: ReadModel;
}

interface OpenOptions {
  /** Which of several copies of the weights; null: the one that the file's names speak for. */
  readonly copy: string | null;
  readonly choices: ChosenOptions;
  /** The size of its images, where it leaves a choice of that; null: as it says or assumes. */
  readonly input: Size | null;
  /** A file of class names; null: as the model says. */
  readonly labels: string | null;
  /** Told as a model is downloaded. */
  readonly onProgress?: (loadedBytes: number, totalBytes: number) => void;
  /** Where the Hugging Face hub is; left out, where it mostly is. */
  readonly hub?: string;
}

async function filesOf(
  name: string,
  { onProgress = () => {}, hub }: OpenOptions,
): Promise<{ readonly files: readonly GivenFile[]; readonly id: string }> {
  const onHub = parseHubName(name);
  if (onHub) {
    const { files, origin } = await fromHub(onHub, onProgress, hub);
    return { files, id: origin };
  }
  if (name.startsWith('hf:'))
    throw new AppError(
      'option-wrong',
      `${name} is no name of a model on the Hugging Face hub; please say hf:OWNER/NAME, perhaps with @REVISION.`,
    );
  const file = basename(resolve(name));
  return { files: await givenModel(name), id: basename(file, extname(file)) || file };
}

/** @throws AppError `option-wrong` for a copy, or an answer, that the model's files do not have */
function checkChosen(name: string, model: ReadModel, copy: string | null, choices: ChosenOptions): void {
  const wrong = (said: string, known: readonly string[]) => {
    const instead = known.length > 0 ? `choose one of ${known.join(', ')}` : 'leave it out';
    return new AppError('option-wrong', `The model ${name} leaves no choice of ${said}; please ${instead}.`);
  };
  const { names = [], chosen } = model.copies ?? {};
  if (copy !== null && copy !== chosen) throw wrong(`--copy ${copy}`, names);
  const open = model.choices ?? [];
  for (const [id, option] of Object.entries(choices)) {
    if (open.find((choice) => choice.id === id)?.chosen === option) continue;
    throw wrong(
      `--choice ${id}=${option}`,
      open.flatMap((choice) => choice.options.map((one) => `${choice.id}=${one.id}`)),
    );
  }
}

/** @throws AppError with one sentence naming the file that is wrong, or missing */
export async function openModel(name: string, options: OpenOptions): Promise<NamedModel> {
  const { copy, choices, input, labels } = options;
  const { files, id } = await filesOf(name, options);
  const read = await readModel(files, () => {}, copy, choices);
  checkChosen(name, read, copy, choices);
  const size = input && !(SIZE_CHOICE in choices) ? optionOfSize(read.choices, input) : null;
  const model = size === null ? read : await readModel(files, () => {}, copy, { ...choices, [SIZE_CHOICE]: size });
  if (labels === null) return { id, model };
  return { id, model: { ...model, manifest: { ...model.manifest, classNames: await givenNames(labels) } } };
}
