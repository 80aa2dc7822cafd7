/** A Keras model whose network and weights are two files: `to_json()` and `save_weights()`, or what is in a `.keras` archive. */
import { AppError } from '../core/app-error.ts';
import { type ModelArtifacts, packArtifacts } from './artifacts.ts';
import { openHdf5Reader } from './hdf5-file.ts';
import { kerasTopology } from './keras-config.ts';
import { kerasWeights } from './keras-weights.ts';

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

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export async function readKerasPair(pair: KerasPair, onStep: () => void): Promise<ModelArtifacts> {
  const topology = kerasTopology(pair.networkName, pair.network, pair.version);
  const { reader, close } = await openHdf5Reader(pair.weightsName, pair.weights, onStep);
  try {
    const { root } = reader;
    const weights = kerasWeights(reader, reader.child(root, 'model_weights') ?? root, topology);
    if (weights.length === 0) {
      const fault = `The file ${pair.weightsName} holds no weights that Keras would read`;
      throw new AppError('model-file-broken', `${fault}; please save them with model.save_weights().`);
    }
    return packArtifacts(topology, weights);
  } finally {
    close();
  }
}
