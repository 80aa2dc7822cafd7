import { dirname, resolve } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { NORMALISATIONS, normalisationId, type Preprocessing } from '../../core/images/preprocessing.ts';
import { parseHubName } from '../../core/models/hub-name.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { nameCounts } from '../../core/models/output-names.ts';
import { namedInputSize, withInputSize } from '../../formats/network/input-shape.ts';
import { type ReadModel, readModel } from '../../formats/read-model.ts';
import { type WrittenFile, writeNetwork } from '../../formats/tfjs/layers-model-writer.ts';
import { normalisationFor } from '../../sets/command-line/settings-for.ts';
import { fromHub } from '../model/from-hub.ts';
import { givenModel, givenNames } from '../model/given-files.ts';
import { progressOn } from '../model/progress.ts';
import { type Network, openNetwork } from './network.ts';
import type { ConvertOptions } from './options.ts';

export interface Conversion {
  /** The network as it was in the file, open. */
  readonly original: Network;
  /** What was written, read back. */
  readonly written: ReadModel;
  readonly files: readonly WrittenFile[];
  readonly card: Omit<ModelManifest, 'files'>;
  /** What the person should know, in a sentence each. */
  readonly remarks: readonly string[];
}

/** @throws AppError where the answers would be about another network than the one in the file, or where the file would be lost */
function check({ file, out, input }: ConvertOptions, { artifacts, fileName }: ReadModel): void {
  const named = namedInputSize(artifacts.topology);
  if (named && input && (named.width !== input.width || named.height !== input.height)) {
    throw new AppError(
      'model-unsupported',
      `The network in ${fileName} takes images of ${named.height}x${named.width} and no others; please leave --input out.`,
    );
  }
  if (/\.json$/i.test(file) && resolve(dirname(file)) === resolve(out))
    throw new AppError('model-unsupported', `The file ${file} lies in ${out} and would be written over; please name another folder.`);
}

/** What is said on the command line, else what the manifest says or what was guessed. */
async function described(options: ConvertOptions, { manifest, ...model }: ReadModel): Promise<ReadModel> {
  const { title, description, origin, licence, labels } = options;
  return {
    ...model,
    manifest: {
      ...manifest,
      title: title ?? manifest.title,
      description: description ?? manifest.description,
      origin: origin ?? manifest.origin,
      licence: licence ?? manifest.licence,
      classNames: labels ? await givenNames(labels) : manifest.classNames,
    },
  };
}

function checkNames(options: ConvertOptions, { fileName, manifest }: ReadModel, { info }: Network): void {
  const named = manifest.classNames.length;
  if (named === 0 || nameCounts(info.units).includes(named)) return;
  const classes = info.classNames.length;
  throw new AppError(
    'model-file-broken',
    `The file ${options.labels ?? 'manifest.json'} names ${named} classes, but the network in ${fileName} has ${classes}; please give a name for each.`,
  );
}

function remarksOn(
  { preprocessing }: ConvertOptions,
  { fileName, isGuessed, remark, inputRemark = '' }: ReadModel,
  used: Preprocessing,
): string[] {
  const known = NORMALISATIONS.find(({ id }) => id === normalisationId(used));
  const what = known ? `“${known.title}”` : 'a preprocessing of its own';
  const source = preprocessing
    ? `As the command says, what is written is ${what}.`
    : 'A wrong guess gives wrong scores and no error; --preprocessing and --fit say what is right.';
  const manifest = `What the command does not say was taken from the manifest.json beside ${fileName}.`;
  // Where the file or what lies beside it says it, the remark says that.
  const said = inputRemark === '' ? manifest : '';
  return [remark, isGuessed ? source : said].filter((sentence) => sentence !== '');
}

/**
 * The converted model. Its `original` must be disposed of.
 *
 * @param hub where the Hugging Face hub is; left out, where it mostly is
 * @throws AppError with one sentence naming the file that is wrong
 */
export async function convertModel(options: ConvertOptions, hub?: string): Promise<Conversion> {
  const name = parseHubName(options.file);
  const { files, origin } = name
    ? await fromHub(name, progressOn(process.stderr, options.file), hub)
    : { files: await givenModel(options.file), origin: null };
  const model = await described({ ...options, origin: options.origin ?? origin }, await readModel(files));
  check(options, model);
  // The page's engine knows best what the network is, and that it can be run at all.
  const original = await openNetwork(model, options.input);
  try {
    checkNames(options, model, original);
    const { input, reading } = original.info;
    const preprocessing = {
      ...original.info.preprocessing,
      ...(options.preprocessing && normalisationFor(`in ${options.file}`, original.info.preprocessing, options.preprocessing)),
      ...(options.fit && { fit: options.fit }),
    };
    const { files: _, ...given } = model.manifest;
    const topology = original.info.takesAnySize ? withInputSize(model.artifacts.topology, input) : model.artifacts.topology;
    const files = writeNetwork({ ...model.artifacts, topology }, options.weights);
    return {
      original,
      written: await readModel(files.map(({ path, bytes }) => ({ name: path, bytes }))),
      files,
      card: { ...given, input, preprocessing, outputReading: reading },
      remarks: remarksOn(options, model, preprocessing),
    };
  } catch (error) {
    original.dispose();
    throw error;
  }
}
