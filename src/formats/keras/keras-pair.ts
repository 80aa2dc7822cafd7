/** A Keras model whose network and weights are two files: `to_json()` and `save_weights()`, or what is in a `.keras` archive. */
import { AppError } from '../../core/app-error.ts';
import { openHdf5Reader } from '../hdf5/hdf5-file.ts';
import { asObject, type JsonObject, objectsIn } from '../json.ts';
import { type ModelArtifacts, type ModelTopology, packArtifacts, type WeightValues } from '../network/artifacts.ts';
import { kerasTopology } from './keras-config.ts';
import { kerasWeights } from './keras-weights.ts';
import { weightNames } from './weight-names.ts';

export interface KerasPair {
  /** What errors call the file with the network. */
  readonly networkName: string;
  /** The network in JSON. */
  readonly network: string;
  /** Of the Keras that wrote it, where that is known. */
  readonly version: string | null;
  readonly weightsName: string;
  readonly weights: Uint8Array;
}

/** The weights that the network's layers need, by their own layer and name. */
function needed(layers: readonly JsonObject[]): string[] {
  return layers.flatMap((layer) => {
    const config = asObject(layer.config) ?? {};
    const own = weightNames(layer).map((weight) => `${config.name ?? layer.name}/${weight}`);
    return [...own, ...needed(objectsIn(config.layers))];
  });
}

/** @throws AppError `model-file-broken` where the weights are not those of the network */
function check({ networkName, weightsName }: KerasPair, { config }: ModelTopology, weights: readonly WeightValues[]): void {
  const names = weights.map(({ name }) => name);
  const missing = needed(objectsIn(config.layers)).find((name) => !names.some((known) => known === name || known.endsWith(`/${name}`)));
  if (missing === undefined) return;
  throw new AppError(
    'model-file-broken',
    `The file ${weightsName} does not hold the weights of the network in ${networkName} (${missing} is missing); please give the two that belong together.`,
  );
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export async function readKerasPair(pair: KerasPair, onStep: () => void): Promise<ModelArtifacts> {
  const topology = kerasTopology(pair.networkName, pair.network, pair.version);
  const { reader, close } = await openHdf5Reader(pair.weightsName, pair.weights, onStep);
  try {
    const { root } = reader;
    const weights = kerasWeights(reader, reader.child(root, 'model_weights') ?? root, topology);
    if (pair.weightsName !== pair.networkName) check(pair, topology, weights);
    return packArtifacts(topology, weights);
  } finally {
    close();
  }
}
