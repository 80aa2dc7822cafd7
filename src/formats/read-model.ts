/** A model from the files that a person has: one place that knows all formats. */
import { AppError } from '../core/app-error.ts';
import type { ModelManifest } from '../core/manifest.ts';
import type { Json, ModelArtifacts } from './artifacts.ts';
import { isNameList, namesInJson, parseClassNames } from './class-names.ts';
import { type DenseNetWeights, denseNet } from './densenet.ts';
import { denseNetOfKeras } from './densenet-keras.ts';
import { denseNetOfTorch } from './densenet-torch.ts';
import { faultOf } from './fault.ts';
import { type FileKind, kindOfFile } from './file-kind.ts';
import { forInference } from './for-inference.ts';
import { guessPreprocessing } from './guess-preprocessing.ts';
import { Hdf5Reader } from './hdf5.ts';
import { parseJson } from './json.ts';
import { readKerasArchive } from './keras-archive.ts';
import { isWholeModel, readKerasH5 } from './keras-h5.ts';
import { readLayersModel } from './layers-model.ts';
import { checkFile, parseManifest } from './manifest.ts';
import { openHdf5 } from './open-hdf5.ts';
import { readSafetensors } from './safetensors.ts';

export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export interface ReadModel {
  /** The file that says what the network is. */
  readonly fileName: string;
  readonly artifacts: ModelArtifacts;
  readonly manifest: ModelManifest;
  /** How pictures are prepared is guessed: no manifest says it. */
  readonly isGuessed: boolean;
  /** What the person should know about how the model was read, in one sentence; empty when there is nothing to say. */
  readonly remark: string;
}

/** A model as its file has it, before it is made ready to run. */
interface ParsedModel {
  readonly artifacts: ModelArtifacts;
  /** What its outputs are called, where the file tells. */
  readonly names?: readonly string[];
  readonly remark: string;
}

/** More does not fit into a page's memory beside the network itself. */
const MAX_BYTES = 1.5e9;

const READABLE = 'a Keras model (.keras, .h5), a tf.js model (model.json with its shards) or the .safetensors of a DenseNet';

const INSTEAD: Readonly<Partial<Record<FileKind, string>>> = {
  picture: 'is a picture and no model; please choose it with Pictures, or rename it',
  pickle: 'is a pickle, which can run code when it is read; please save the weights as .safetensors',
  'torch-archive': 'is a PyTorch checkpoint, which can run code when it is read; please save its state_dict as .safetensors',
  protobuf: 'is a TensorFlow or ONNX graph, whose layers are lost; please save the Keras model as .keras',
  tflite: 'is a TensorFlow Lite model, whose layers are lost; please save the Keras model as .keras',
  'web-page': 'is a web page, most likely one about the file; please download the file itself',
  pointer: 'only says where git keeps the real file; please fetch that with git lfs pull',
  unknown: `is no model that can be read here; please choose ${READABLE}`,
};

interface Sorted {
  readonly model: GivenFile;
  readonly kind: FileKind;
  readonly manifest: GivenFile | null;
  readonly names: GivenFile | null;
  readonly shards: ReadonlyMap<string, GivenFile>;
}

function textOf({ bytes }: GivenFile): string {
  return new TextDecoder().decode(bytes);
}

/** Whether a JSON file is a list of names. One that cannot be parsed is taken for a model, whose reader says what is wrong. */
function isNames(file: GivenFile): boolean {
  try {
    const json: Json = JSON.parse(textOf(file));
    return isNameList(json);
  } catch {
    return false;
  }
}

function roleOf(file: GivenFile): FileKind | 'manifest' {
  const kind = kindOfFile(file.name, file.bytes);
  if (kind !== 'json') return kind;
  if (file.name === 'manifest.json') return 'manifest';
  return isNames(file) ? 'names' : 'json';
}

/** @throws AppError `model-file-broken`, `model-file-missing` or `model-unsupported` */
function sort(files: readonly GivenFile[]): Sorted {
  const empty = files.find(({ bytes }) => bytes.byteLength === 0);
  if (empty) throw new AppError('model-file-broken', `The file ${empty.name} is empty; please get it again.`);
  const total = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  const [first] = files;
  if (total > MAX_BYTES) {
    throw new AppError(
      'model-unsupported',
      `The file ${first?.name} takes ${Math.round(total / 1e6)} MB, more than a browser can hold; please give a smaller network.`,
    );
  }
  const roles = files.map((file) => ({ file, role: roleOf(file) }));
  const of = (...wanted: (FileKind | 'manifest')[]) => roles.filter(({ role }) => wanted.includes(role));
  const models = of('hdf5', 'zip', 'safetensors', 'json');
  const [chosen, another] = models;
  for (const { file, role } of roles) {
    const instead = role === 'manifest' ? undefined : INSTEAD[role];
    if (instead) throw new AppError('model-unsupported', `The file ${file.name} ${instead}.`);
  }
  if (!chosen)
    throw new AppError('model-file-missing', `There is no model with ${first?.name ?? 'these files'}; please choose ${READABLE}.`);
  if (another) {
    throw new AppError(
      'model-unsupported',
      `The files ${chosen.file.name} and ${another.file.name} are two models; please choose one at a time.`,
    );
  }
  return {
    model: chosen.file,
    kind: chosen.role as FileKind,
    manifest: of('manifest')[0]?.file ?? null,
    names: of('names')[0]?.file ?? null,
    shards: new Map(of('shard').map(({ file }) => [file.name, file])),
  };
}

function shardReader(shards: ReadonlyMap<string, GivenFile>) {
  return (path: string): ArrayBuffer => {
    const name = path.split('/').at(-1) ?? path;
    const shard = shards.get(name);
    if (!shard)
      throw new AppError('model-file-missing', `The file ${name} is missing; please choose it together with the model’s other files.`);
    return shard.bytes.buffer;
  };
}

/** What weights alone do not say. */
function remarkOnHead(fileName: string, { head }: DenseNetWeights): string {
  if (head.length === 0)
    return `The file ${fileName} ends without classes, so the features that the network pools stand in for them, and their percentages mean nothing.`;
  const hidden = head.slice(0, -1).map(({ activation }) => activation);
  if (hidden.length === 0) return '';
  return hidden.includes('relu')
    ? `The file ${fileName} does not say what is between the layers of its head; a ReLU is assumed where it leaves a place for one.`
    : `The file ${fileName} does not say what is between the layers of its head; nothing is assumed to be.`;
}

function fromWeights(fileName: string, weights: DenseNetWeights): ParsedModel {
  const features = weights.head.length === 0 ? (weights.tensors.get('bn/gamma')?.shape[0] ?? 0) : 0;
  const names = Array.from({ length: features }, (_, i) => `feature ${i}`);
  return { artifacts: denseNet(fileName, weights), names, remark: remarkOnHead(fileName, weights) };
}

async function parseHdf5({ name, bytes }: GivenFile, onStep: () => void): Promise<ParsedModel> {
  const opened = await openHdf5(bytes, onStep).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError('model-file-broken', `The file ${name} is no sound HDF5 file, or cut short; please get it again.`, { cause });
  });
  try {
    const reader = new Hdf5Reader(name, opened.root, bytes.byteLength, onStep);
    return isWholeModel(reader) ? { artifacts: readKerasH5(reader), remark: '' } : fromWeights(name, denseNetOfKeras(reader));
  } finally {
    opened.close();
  }
}

async function parse({ model, kind, shards }: Sorted, onStep: () => void): Promise<ParsedModel> {
  const { name, bytes } = model;
  switch (kind) {
    case 'hdf5':
      return parseHdf5(model, onStep);
    case 'zip':
      return { artifacts: await readKerasArchive(name, bytes, onStep), remark: '' };
    case 'safetensors':
      return fromWeights(name, denseNetOfTorch(name, readSafetensors(name, bytes)));
    default:
      return { artifacts: await readLayersModel(name, textOf(model), shardReader(shards)), remark: '' };
  }
}

/** What a person would call the model: the file's name, or its folder's. */
function titleOf(fileName: string): string {
  return fileName.replace(/(\.weights)?\.\w+$/, '') || fileName;
}

function namesIn({ name, bytes }: GivenFile): string[] {
  const text = new TextDecoder().decode(bytes);
  return (/\.json$/i.test(name) && namesInJson(parseJson(name, text))) || parseClassNames(name, text);
}

/** How the model is used, and what the person should know about that. */
interface Usage {
  readonly manifest: ModelManifest;
  readonly remark: string;
}

async function usageOf(sorted: Sorted, { artifacts, names: own = [] }: ParsedModel): Promise<Usage> {
  const { manifest: given, shards, model, names } = sorted;
  if (given) {
    const manifest = parseManifest(given.name, textOf(given));
    for (const expected of manifest.files) {
      const file = expected.path === model.name ? model : shards.get(expected.path);
      if (file) await checkFile(file.bytes.buffer, expected);
    }
    return { manifest: names ? { ...manifest, classNames: namesIn(names) } : manifest, remark: '' };
  }
  const { preprocessing, input, because, title } = guessPreprocessing(artifacts.topology);
  const manifest: ModelManifest = {
    title: titleOf(model.name),
    description: '',
    input,
    preprocessing,
    outputActivation: 'softmax',
    classNames: names ? namesIn(names) : own,
    origin: '',
    licence: '',
    files: [],
  };
  const remark = `The file ${model.name} does not say how its pictures are prepared; as it ${because}, “${title}” is assumed: please check that the network gets its pictures like this.`;
  return { manifest, remark };
}

/**
 * @param onStep called now and then, so that whoever waits knows that there is progress
 * @throws AppError with one sentence that names the file, for everything that can be wrong with it
 */
export async function readModel(files: readonly GivenFile[], onStep: () => void = () => {}): Promise<ReadModel> {
  const sorted = sort(files);
  const { name } = sorted.model;
  try {
    const parsed = await parse(sorted, onStep);
    onStep();
    const usage = await usageOf(sorted, parsed);
    const remarks = [parsed.remark, usage.remark].filter(Boolean).join(' ');
    const isGuessed = sorted.manifest === null;
    return { fileName: name, artifacts: forInference(name, parsed.artifacts), manifest: usage.manifest, isGuessed, remark: remarks };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // Files that are damaged on purpose find ways that nobody thought of.
    throw new AppError('model-file-broken', `The file ${name} could not be read (${faultOf(cause)}); please get it again.`, { cause });
  }
}
