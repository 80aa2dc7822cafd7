/** Which of the files that a person gave is the model, and what goes with it. */
import { AppError } from '../core/app-error.ts';
import { type FileRole, isModelRole } from '../core/models/file-role.ts';
import type { Unpacked } from './archive/unpack.ts';
import { type FileKind, kindOfFile } from './file-kind.ts';
import { type GivenFile, labelOf, listed } from './given-file.ts';

/** A model whose parts are all there. */
type ModelParts =
  | { readonly kind: 'layers-model' | 'keras-archive' | 'hdf5' | 'safetensors'; readonly main: GivenFile }
  | { readonly kind: 'keras-pair'; readonly main: GivenFile; readonly weights: GivenFile };

export interface Assembly {
  readonly parts: ModelParts;
  /** What may be shards. */
  readonly shards: readonly GivenFile[];
  readonly manifest: GivenFile | null;
  readonly metadata: readonly GivenFile[];
  readonly names: readonly GivenFile[];
  /** Descriptions of networks that came beside a whole model, which has its own. */
  readonly unneeded: readonly GivenFile[];
}

const READABLE = 'a Keras model (.keras, .h5), a tf.js model (model.json with its shards) or the .safetensors of a DenseNet';

const INSTEAD: Readonly<Partial<Record<FileKind, string>>> = {
  image: 'is an image and no model; please give it as an image',
  pickle: 'is a pickle, which can run code when it is read; please save the weights as .safetensors',
  'torch-archive': 'is a PyTorch checkpoint, which can run code when it is read; please save its state_dict as .safetensors',
  protobuf: 'is a TensorFlow or ONNX graph, whose layers are lost; please save the Keras model as .keras',
  tflite: 'is a TensorFlow Lite model, whose layers are lost; please save the Keras model as .keras',
  'web-page': 'is a web page, most likely one about the file; please download the file itself',
  pointer: 'only says where git keeps the real file; please fetch that with git lfs pull',
  unknown: `is neither a model nor an image that can be read here; please give ${READABLE}`,
};

function missing(sentence: string): AppError {
  return new AppError('model-file-missing', sentence);
}

/** @throws AppError `model-unsupported` for the first file that can be no part of a model */
function refuse(files: readonly GivenFile[]): void {
  for (const file of files) {
    const instead = INSTEAD[kindOfFile(file.name, file.bytes)];
    if (instead) throw new AppError('model-unsupported', `The file ${labelOf(file)} ${instead}.`);
  }
}

/** @throws AppError `model-unsupported` for the first file that nobody can make anything of; in an archive anything may lie about */
export function refuseUnknown(files: readonly GivenFile[]): void {
  refuse(files.filter(({ archive }) => archive === undefined));
}

/** Two networks, or two files of weights, where there can be one. */
function tooMany(files: readonly GivenFile[]): AppError {
  const archives = new Set(files.map(({ archive }) => archive));
  const [archive] = archives;
  const names = listed(files.map(archives.size === 1 ? ({ name }) => name : labelOf));
  const count = files.length === 2 ? 'two' : `${files.length}`;
  const sentence =
    archive !== undefined && archives.size === 1
      ? `The file ${archive} holds ${count} models, ${names}; please give one of them.`
      : `The files ${names} are ${count} models; please choose one at a time.`;
  return new AppError('model-unsupported', sentence);
}

function noModel(files: readonly GivenFile[], shards: readonly GivenFile[]): AppError {
  if (shards.length > 0) {
    const names = shards.map(labelOf);
    const which = names.length > 1 ? `The files ${listed(names)} hold` : `The file ${names[0]} holds`;
    return missing(`${which} weights of a tf.js model, which needs its model.json too; please give that as well.`);
  }
  return missing(`There is no model with ${files[0] ? labelOf(files[0]) : 'these files'}; please give ${READABLE} too.`);
}

/** @param isWhole whether HDF5 holds a network, and not only weights */
async function partsOf(given: readonly Unpacked[], isWhole: (file: GivenFile) => Promise<boolean>): Promise<ModelParts | null> {
  const of = (role: FileRole) => given.filter((unpacked) => unpacked.role === role).map(({ file }) => file);
  const [networks, hdf5] = [of('architecture'), of('hdf5')];
  const otherJson = of('json').filter(({ archive }) => archive === undefined);
  const others: ModelParts[] = [
    ...of('archive').map((main) => ({ kind: 'keras-archive', main }) as const),
    ...of('safetensors').map((main) => ({ kind: 'safetensors', main }) as const),
    // Other JSON is taken for a model too: its reader says what is wrong with it.
    ...[...of('layers-model'), ...otherJson].map((main) => ({ kind: 'layers-model', main }) as const),
  ];
  const only = (models: readonly ModelParts[]): ModelParts | null => {
    if (models.length > 1) throw tooMany(models.map(({ main }) => main));
    return models[0] ?? null;
  };
  const asModels = hdf5.map((main) => ({ kind: 'hdf5', main }) as const);
  // Weights alone may be a model too: those of a network that is known by them.
  if (networks.length === 0) return only([...asModels, ...others]);
  const whole: ModelParts[] = [...others];
  const weights: GivenFile[] = [];
  for (const model of asModels) (await isWhole(model.main)) ? whole.push(model) : weights.push(model.main);
  // What is whole needs no description beside it.
  if (weights.length === 0 && whole.length > 0) return only(whole);
  const [network, another] = networks;
  const [first, second] = weights;
  if (!network || another) throw tooMany(networks);
  if (whole.length > 0) throw tooMany([network, ...whole.map(({ main }) => main)]);
  if (second) throw tooMany(weights);
  if (first) return { kind: 'keras-pair', main: network, weights: first };
  throw missing(
    `The file ${labelOf(network)} describes a network without its weights; please give those as well (.weights.h5, or .h5 of model.save_weights()).`,
  );
}

/**
 * @throws AppError `model-file-missing` where another file is waited for, else `model-unsupported`
 */
export async function assemble(given: readonly Unpacked[], isWhole: (file: GivenFile) => Promise<boolean>): Promise<Assembly> {
  const of = (...roles: FileRole[]) => given.filter(({ role }) => roles.includes(role)).map(({ file }) => file);
  const isModel = given.some(({ role }) => isModelRole(role) || role === 'json');
  const strangers = of('refused', 'image');
  if (isModel) refuseUnknown(strangers);
  else refuse(strangers);
  // Shards of old can only be told from anything else by the model that names them.
  if (!given.some(({ role }) => role === 'layers-model')) refuseUnknown(of('unknown'));
  const shards = of('shard', 'unknown');
  const parts = await partsOf(given, isWhole);
  if (!parts) throw noModel(of('shard', 'names', 'manifest', 'metadata'), of('shard'));
  const unneeded = of('architecture').filter((file) => file !== parts.main);
  return { parts, shards, manifest: of('manifest')[0] ?? null, metadata: of('metadata'), names: of('names'), unneeded };
}
