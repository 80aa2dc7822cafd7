/** A model from the files that a person has: one place that knows all formats. */
import { AppError } from '../core/app-error.ts';
import type { ModelManifest } from '../core/models/manifest.ts';
import type { WeightCopies } from '../core/models/model-card.ts';
import type { OutputReading } from '../core/models/output-reading.ts';
import { MAX_BYTES, withUnpacked } from './archive/unpack.ts';
import { ZipArchive } from './archive/zip-archive.ts';
import { type Assembly, assemble, refuseUnknown } from './assemble.ts';
import { type DenseNetWeights, denseNet } from './densenet/densenet.ts';
import { denseNetOfKeras } from './densenet/densenet-keras.ts';
import { denseNetOfTorch } from './densenet/densenet-torch.ts';
import { faultOf } from './fault.ts';
import { parseNested } from './file-role.ts';
import { type GivenFile, labelOf, listed, textOf } from './given-file.ts';
import { openHdf5Reader } from './keras/hdf5-file.ts';
import { readKerasArchive, versionIn } from './keras/keras-archive.ts';
import { isWholeModel, readKerasH5 } from './keras/keras-h5.ts';
import { readKerasPair } from './keras/keras-pair.ts';
import { forInference } from './layers/for-inference.ts';
import type { ModelArtifacts } from './network/artifacts.ts';
import { readSafetensors } from './safetensors/safetensors.ts';
import { readLayersModel } from './tfjs/layers-model.ts';
import { Shards } from './tfjs/shards.ts';
import { usageOf } from './usage/model-usage.ts';

export interface ReadModel {
  /** The file that says what the network is. */
  readonly fileName: string;
  readonly artifacts: ModelArtifacts;
  readonly manifest: ModelManifest;
  /** How pictures are prepared is guessed: no manifest says it. */
  readonly isGuessed: boolean;
  /** What the person should know about how the model was read, in one sentence; empty when there is nothing to say. */
  readonly remark: string;
  /** Where the file holds several copies of the weights. */
  readonly copies?: WeightCopies;
}

/** A model as its file has it, before it is made ready to run. */
interface ParsedModel {
  readonly artifacts: ModelArtifacts;
  /** What its outputs are called, where the file tells. */
  readonly names?: readonly string[];
  /** What its outputs mean, where the architecture says it. */
  readonly reading?: OutputReading;
  readonly remark: string;
  readonly copies?: WeightCopies;
}

/** @throws AppError `model-file-broken` or `model-unsupported` */
function checkSizes(files: readonly GivenFile[]): void {
  const empty = files.find(({ bytes }) => bytes.byteLength === 0);
  if (empty) throw new AppError('model-file-broken', `The file ${empty.name} is empty; please get it again.`);
  const total = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  if (total <= MAX_BYTES) return;
  throw new AppError(
    'model-unsupported',
    `The file ${files[0]?.name} takes ${Math.round(total / 1e6)} MB, more than a browser can hold; please give a smaller network.`,
  );
}

/** What weights alone do not say. */
function remarkOnHead(fileName: string, { head }: DenseNetWeights): string {
  if (head.length === 0)
    return `The file ${fileName} ends without classes, so the features that the network pools stand in for them, as numbers.`;
  const hidden = head.slice(0, -1).map(({ activation }) => activation);
  if (hidden.length === 0) return '';
  return hidden.includes('relu')
    ? `The file ${fileName} does not say what is between the layers of its head; a ReLU is assumed where it leaves a place for one.`
    : `The file ${fileName} does not say what is between the layers of its head; nothing is assumed to be.`;
}

function fromWeights(fileName: string, weights: DenseNetWeights): ParsedModel {
  const features = weights.head.length === 0 ? (weights.tensors.get('bn/gamma')?.shape[0] ?? 0) : 0;
  const names = Array.from({ length: features }, (_, i) => `feature ${i}`);
  const reading = weights.head.length === 0 ? 'number' : 'softmax';
  return { artifacts: denseNet(fileName, weights), names, reading, remark: remarkOnHead(fileName, weights) };
}

function fromSafetensors(fileName: string, { bytes }: GivenFile, copy: string | null): ParsedModel {
  const { weights, copies, leftOut } = denseNetOfTorch(fileName, readSafetensors(fileName, bytes), copy);
  const parsed = fromWeights(fileName, weights);
  const others =
    leftOut.length > 0 && `In ${fileName} ${listed(leftOut)} ${leftOut.length > 1 ? 'are' : 'is'} no part of the network, and left out.`;
  const choice =
    copies &&
    `The file ${fileName} holds ${copies.names.length} copies of the weights, ${listed(copies.names)}; ${copies.names[0]} is opened at first, and “Weights” below changes that.`;
  return { ...parsed, remark: [choice, others, parsed.remark].filter(Boolean).join(' '), ...(copies && { copies }) };
}

async function parseHdf5(file: GivenFile, onStep: () => void): Promise<ParsedModel> {
  const name = labelOf(file);
  const { reader, close } = await openHdf5Reader(name, file.bytes, onStep);
  try {
    return isWholeModel(reader) ? { artifacts: readKerasH5(reader), remark: '' } : fromWeights(name, denseNetOfKeras(reader));
  } finally {
    close();
  }
}

async function hasNetwork(file: GivenFile, onStep: () => void): Promise<boolean> {
  const { reader, close } = await openHdf5Reader(labelOf(file), file.bytes, onStep);
  try {
    return isWholeModel(reader);
  } finally {
    close();
  }
}

/** The version of Keras that a file beside the network tells. */
function versionBeside(metadata: readonly GivenFile[]): string | null {
  const versions = metadata.map((file) => versionIn(`The file ${labelOf(file)}`, labelOf(file), textOf(file)));
  return versions.find((version) => version !== null) ?? null;
}

async function parse({ parts, shards, metadata }: Assembly, onStep: () => void, copy: string | null): Promise<ParsedModel> {
  const { main } = parts;
  const name = labelOf(main);
  switch (parts.kind) {
    case 'hdf5':
      return parseHdf5(main, onStep);
    case 'keras-archive':
      return { artifacts: await readKerasArchive(new ZipArchive(name, main.bytes), onStep), remark: '' };
    case 'safetensors':
      return fromSafetensors(name, main, copy);
    case 'keras-pair': {
      const network = JSON.stringify(parseNested(textOf(main)));
      const version = versionBeside([...metadata, { ...main, bytes: new TextEncoder().encode(network) }]);
      const { weights } = parts;
      const pair = { networkName: name, network, version, weightsName: labelOf(weights), weights: weights.bytes };
      return { artifacts: await readKerasPair(pair, onStep), remark: '' };
    }
    case 'layers-model': {
      const own = new Shards(main, shards);
      refuseUnknown(own.unused());
      return { artifacts: await readLayersModel(name, textOf(main), (path) => own.read(path)), remark: '' };
    }
  }
}

/** Weights that are known by themselves need no network beside them, least of all another one that happened to wait. */
async function withoutNetwork(assembly: Assembly, weights: GivenFile, onStep: () => void): Promise<[Assembly, ParsedModel]> {
  const parsed = await parseHdf5(weights, onStep);
  const remark = `The file ${labelOf(assembly.parts.main)} describes another network than ${labelOf(weights)} holds, so it was left out.`;
  return [
    { ...assembly, parts: { kind: 'hdf5', main: weights }, unneeded: [] },
    { ...parsed, remark: [remark, parsed.remark].filter(Boolean).join(' ') },
  ];
}

async function parseAssembly(assembly: Assembly, onStep: () => void, copy: string | null): Promise<[Assembly, ParsedModel]> {
  const { parts } = assembly;
  try {
    return [assembly, await parse(assembly, onStep, copy)];
  } catch (error) {
    if (parts.kind !== 'keras-pair') throw error;
    return withoutNetwork(assembly, parts.weights, onStep).catch(() => {
      throw error;
    });
  }
}

/**
 * @param onStep called now and then, so that whoever waits knows that there is progress
 * @param copy which of several copies of the weights is meant; null: the one that their names speak for
 * @throws AppError with one sentence that names the file, for everything that can be wrong with it; `model-file-missing` where others are
 *   waited for
 */
export async function readModel(
  files: readonly GivenFile[],
  onStep: () => void = () => {},
  copy: string | null = null,
): Promise<ReadModel> {
  checkSizes(files);
  let name = files[0]?.name ?? 'chosen';
  try {
    const assembled = await assemble(withUnpacked(files, onStep), (file) => hasNetwork(file, onStep));
    name = labelOf(assembled.parts.main);
    const [assembly, parsed] = await parseAssembly(assembled, onStep, copy);
    name = labelOf(assembly.parts.main);
    onStep();
    const usage = await usageOf(assembly, parsed.artifacts, parsed.names ?? [], parsed.reading ?? null);
    const beside = assembly.unneeded.map((file) => `The file ${labelOf(file)} was not needed, because ${name} holds its own network.`);
    const remark = [...beside, parsed.remark, usage.remark].filter(Boolean).join(' ');
    const isGuessed = assembly.manifest === null;
    const artifacts = forInference(name, parsed.artifacts);
    return { fileName: name, artifacts, manifest: usage.manifest, isGuessed, remark, ...(parsed.copies && { copies: parsed.copies }) };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    // Files that are damaged on purpose find ways that nobody thought of.
    throw new AppError('model-file-broken', `The file ${name} could not be read (${faultOf(cause)}); please get it again.`, { cause });
  }
}
