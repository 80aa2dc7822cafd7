/** Keras' models among the files that a person gave. */

import { ZipArchive } from '../archive/zip-archive.ts';
import { denseNetOfKeras } from '../densenet/densenet-keras.ts';
import { modelOfWeights } from '../densenet/model-of-weights.ts';
import type { FormatReader, FoundModel, ParsedModel, ReadContext } from '../format.ts';
import { type GivenFile, labelOf, textOf } from '../given-file.ts';
import { openHdf5Reader } from '../hdf5/hdf5-file.ts';
import { parseNested } from '../json.ts';
import { tooMany } from '../too-many.ts';
import { readKerasArchive } from './keras-archive.ts';
import { isWholeModel, readKerasH5 } from './keras-h5.ts';
import { readKerasPair } from './keras-pair.ts';
import { versionBeside } from './network-in-file.ts';

async function readHdf5(file: GivenFile, { onStep }: ReadContext): Promise<ParsedModel> {
  const name = labelOf(file);
  const { reader, close } = await openHdf5Reader(name, file.bytes, onStep);
  try {
    return isWholeModel(reader) ? { artifacts: readKerasH5(reader), remark: '' } : modelOfWeights(name, denseNetOfKeras(reader));
  } finally {
    close();
  }
}

/** Whether HDF5 holds a network, and not only weights. */
async function hasNetwork(file: GivenFile, { onStep }: ReadContext): Promise<boolean> {
  const { reader, close } = await openHdf5Reader(labelOf(file), file.bytes, onStep);
  try {
    return isWholeModel(reader);
  } finally {
    close();
  }
}

async function readNetworkAndWeights(main: GivenFile, weights: GivenFile, { metadata, onStep }: ReadContext): Promise<ParsedModel> {
  const network = JSON.stringify(parseNested(textOf(main)));
  const version = versionBeside([...metadata, { ...main, bytes: new TextEncoder().encode(network) }]);
  const pair = { networkName: labelOf(main), network, version, weightsName: labelOf(weights), weights: weights.bytes };
  return { artifacts: await readKerasPair(pair, onStep), remark: '' };
}

/** Weights that are known by themselves need no network beside them, least of all another one that happened to wait. */
async function readWithoutNetwork(network: GivenFile, weights: GivenFile, context: ReadContext): Promise<ParsedModel> {
  const parsed = await readHdf5(weights, context);
  const remark = `The file ${labelOf(network)} describes another network than ${labelOf(weights)} holds, so it was left out.`;
  return { ...parsed, main: weights, remark: [remark, parsed.remark].filter(Boolean).join(' ') };
}

function pairOf(main: GivenFile, weights: GivenFile, context: ReadContext): FoundModel {
  const read = () =>
    readNetworkAndWeights(main, weights, context).catch((error: unknown) =>
      readWithoutNetwork(main, weights, context).catch(() => {
        throw error;
      }),
    );
  return { main, read };
}

function withoutWeights(network: GivenFile): string {
  return `The file ${labelOf(network)} describes a network without its weights; please give those as well (.weights.h5, or .h5 of model.save_weights()).`;
}

export const kerasReader: FormatReader = {
  async find(given, context) {
    // Then the files of Keras only say what the network of the checkpoint looks like.
    if (given.some(({ role }) => role.id === 'tensorflow-index')) return { models: [], unfinished: [] };
    const of = (...ids: string[]) => given.filter(({ role }) => ids.includes(role.id)).map(({ file }) => file);
    const [hdf5, networks] = [of('hdf5'), of('architecture')];
    const inHdf5 = (main: GivenFile): FoundModel => ({ main, read: () => readHdf5(main, context) });
    const archives = of('keras-archive', 'archive').map((main): FoundModel => {
      const read = async () => ({
        artifacts: await readKerasArchive(new ZipArchive(labelOf(main), main.bytes), context.onStep),
        remark: '',
      });
      return { main, read };
    });
    // Weights alone may be a model too: those of a network that is known by them.
    if (networks.length === 0) return { models: [...hdf5.map(inHdf5), ...archives], unfinished: [] };
    const whole: FoundModel[] = [...archives];
    const weights: GivenFile[] = [];
    for (const file of hdf5) (await hasNetwork(file, context)) ? whole.push(inHdf5(file)) : weights.push(file);
    const [network, another] = networks;
    const [first, second] = weights;
    // What is whole needs no description beside it.
    if (!first) return { models: whole, unfinished: networks.map((main) => ({ main, missing: withoutWeights(main) })) };
    if (!network || another) throw tooMany(networks);
    if (second && whole.length === 0) throw tooMany(weights);
    return { models: [pairOf(network, first, context), ...whole], unfinished: [] };
  },
};
