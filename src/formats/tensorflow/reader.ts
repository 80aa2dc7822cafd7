/** TensorFlow's checkpoints and SavedModels among the files that a person gave. */
import { AppError } from '../../core/app-error.ts';
import type { RoledFile } from '../../core/models/file-role.ts';
import { modelOfWeights } from '../densenet/model-of-weights.ts';
import type { FormatReader, FoundModel, FoundModels, ParsedModel, ReadContext } from '../format.ts';
import { baseName, type GivenFile, labelOf } from '../given-file.ts';
import { NETWORK_ROLES, networkIn } from '../keras/network-in-file.ts';
import { packArtifacts } from '../network/artifacts.ts';
import { tooMany } from '../too-many.ts';
import { Checkpoint } from './checkpoint.ts';
import { chosenIndex, isLikeShard, shardName, shardsOf } from './checkpoint-files.ts';
import { readIndex } from './checkpoint-index.ts';
import { denseNetInOrder } from './densenet-in-order.ts';
import { networkOfSavedModel } from './saved-model.ts';
import { storedModels } from './stored-layers.ts';
import { fittingModels, type KnownNetwork } from './weights-of-network.ts';

const TOGETHER = 'the two that belong together';

type Given = readonly RoledFile<GivenFile>[];

/** The average is what is meant to be used. */
const AVERAGED = /(^|[/_])(ema|averaged?|swa|teacher)([/_]|$)/i;

function openCheckpoint(file: GivenFile, { parts, onStep }: ReadContext): Checkpoint {
  const index = readIndex(labelOf(file), file.bytes);
  return new Checkpoint(labelOf(file), index, shardsOf(file, index, parts), onStep);
}

/** The weights of the network, of the copy that is meant where a checkpoint holds several. */
function withNetwork(checkpoint: Checkpoint, network: KnownNetwork, copy: string | null): ParsedModel {
  const fitting = fittingModels(checkpoint, storedModels(checkpoint), network);
  const averagedFirst = [...fitting.filter(({ path }) => AVERAGED.test(path)), ...fitting.filter(({ path }) => !AVERAGED.test(path))];
  const chosen = averagedFirst.find(({ path }) => path === copy) ?? averagedFirst[0];
  if (!chosen) throw new RangeError('no model fits');
  const artifacts = packArtifacts(network.topology, chosen.read());
  const names = averagedFirst.map(({ path }) => path);
  return { artifacts, remark: '', ...(names.length > 1 && { copies: { names, chosen: chosen.path } }) };
}

/** @throws AppError `model-file-missing` where the network must be given */
function withoutNetwork(checkpoint: Checkpoint): ParsedModel {
  const weights = denseNetInOrder(checkpoint, storedModels(checkpoint));
  if (weights) return modelOfWeights(checkpoint.fileName, weights);
  throw new AppError(
    'model-file-missing',
    `The checkpoint ${checkpoint.fileName} holds weights without a network, and they are not those of one of Keras’ DenseNets; please give the network’s JSON as well (model.to_json()), or a .keras or .h5 of the same network.`,
  );
}

async function readWithFile(index: GivenFile, network: RoledFile<GivenFile>, context: ReadContext): Promise<ParsedModel> {
  const checkpoint = openCheckpoint(index, context);
  const topology = await networkIn(network, context.metadata, context.onStep);
  const name = labelOf(network.file);
  // A whole model may be meant by itself, where a checkpoint happened to wait.
  const instead = network.role.isNetworkOnly ? TOGETHER : `${TOGETHER}, or ${name} alone`;
  try {
    return withNetwork(checkpoint, { name, topology, instead }, context.copy);
  } catch (error) {
    if (!network.role.isNetworkOnly) throw error;
    // Weights that are known by themselves need no network, least of all another one that happened to wait.
    const weights = denseNetInOrder(checkpoint, storedModels(checkpoint));
    if (!weights) throw error;
    const parsed = modelOfWeights(checkpoint.fileName, weights);
    const remark = `The file ${labelOf(network.file)} describes another network than ${labelOf(index)} holds, so it was left out.`;
    return { ...parsed, main: index, remark: [remark, parsed.remark].filter(Boolean).join(' ') };
  }
}

function withRemark(remark: string, model: FoundModel): FoundModel {
  const read = async () => {
    const parsed = await model.read();
    return { ...parsed, remark: [remark, parsed.remark].filter(Boolean).join(' ') };
  };
  return remark === '' ? model : { ...model, read };
}

function found(...models: FoundModel[]): FoundModels {
  return { models, unfinished: [] };
}

/** Its own network, as far as it has one; null where only its weights are of use. */
function ownNetwork(saved: SavedParts): ReturnType<typeof networkOfSavedModel> | null {
  try {
    return networkOfSavedModel(saved.graph, saved.metadata);
  } catch {
    return null;
  }
}

interface SavedParts {
  readonly graph: GivenFile | null;
  readonly metadata: readonly GivenFile[];
}

/** What a SavedModel consists of, apart from its weights. */
function savedModelAmong(given: Given): SavedParts | null {
  const of = (id: string) => given.filter(({ role }) => role.id === id).map(({ file }) => file);
  const [graph, another] = of('saved-model');
  if (graph && another) throw tooMany([graph, another]);
  const metadata = of('keras-metadata');
  return graph || metadata.length > 0 ? { graph: graph ?? null, metadata } : null;
}

export const tensorflowReader: FormatReader = {
  async find(given, context) {
    const of = (...ids: readonly string[]) => given.filter(({ role }) => ids.includes(role.id));
    const indexes = of('tensorflow-index').map(({ file }) => file);
    const saved = savedModelAmong(given);
    if (indexes.length === 0) {
      if (!saved?.graph) return found();
      const main = saved.graph;
      // What cannot be read however many files come is said at once.
      const read = async () => {
        networkOfSavedModel(saved.graph, saved.metadata);
        throw new AppError(
          'model-file-missing',
          `The SavedModel ${labelOf(main)} lacks its weights; please give the files of its folder variables as well.`,
        );
      };
      return found({ main, read });
    }
    const { file: index, remark } = chosenIndex(
      indexes,
      of('tensorflow-state').map(({ file }) => file),
    );
    const described = of(...NETWORK_ROLES);
    // A SavedModel has its own network, and a description of another one may happen to lie beside it, or to wait.
    const isOwn = saved?.graph && described.every(({ role }) => role.isNetworkOnly) && ownNetwork(saved);
    const networks = isOwn ? [] : described;
    const [network, another] = networks;
    if (another) throw tooMany(networks.map(({ file }) => file));
    if (network) {
      const main = network.role.isNetworkOnly ? network.file : index;
      return found(withRemark(remark, { main, read: () => readWithFile(index, network, context) }));
    }
    if (saved) {
      const main = saved.graph ?? index;
      const read = async () => {
        const checkpoint = openCheckpoint(index, context);
        return withNetwork(
          checkpoint,
          { name: labelOf(main), topology: networkOfSavedModel(saved.graph, saved.metadata), instead: TOGETHER },
          context.copy,
        );
      };
      const unfinished = described.map(({ file }) => ({ main: file, missing: '' }));
      return { models: [withRemark(remark, { main, read })], unfinished };
    }
    return found(withRemark(remark, { main: index, read: async () => withoutNetwork(openCheckpoint(index, context)) }));
  },
  parts: {
    pathsIn(main) {
      if (!/\.index$/i.test(main.name)) return [];
      const { shardCount } = readIndex(labelOf(main), main.bytes);
      return Array.from({ length: shardCount }, (_, shard) => shardName(baseName(main.name), shard, shardCount));
    },
    isLike: isLikeShard,
  },
};
