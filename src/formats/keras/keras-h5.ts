/** Whole Keras models in HDF5, of Keras 2 and 3: the configuration is an attribute of the file, the weights are in `model_weights`. */
import { AppError } from '../../core/app-error.ts';
import type { Hdf5Reader } from '../hdf5/hdf5.ts';
import { asObject } from '../json.ts';
import { type Json, type ModelArtifacts, packArtifacts } from '../network/artifacts.ts';
import { kerasTopology } from './keras-config.ts';
import { kerasWeights } from './keras-weights.ts';

/** Whether the file says what its network looks like. */
export function isWholeModel(reader: Hdf5Reader): boolean {
  return reader.text(reader.root, 'model_config') !== null;
}

/** What was only needed for training is no reason to refuse a network. */
function lossIn(training: string | null): Json | undefined {
  try {
    return asObject(JSON.parse(training ?? 'null'))?.loss;
  } catch {
    return undefined;
  }
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export function readKerasH5(reader: Hdf5Reader): ModelArtifacts {
  const { fileName, root } = reader;
  const text = reader.text(root, 'model_config');
  const group = reader.child(root, 'model_weights');
  if (text === null || !group)
    throw new AppError('model-file-broken', `The file ${fileName} lacks its network or its weights; please save the whole model again.`);
  const topology = kerasTopology(fileName, text, reader.text(root, 'keras_version'));
  const loss = lossIn(reader.text(root, 'training_config'));
  return packArtifacts({ ...topology, ...(loss !== undefined && { loss }) }, kerasWeights(reader, group, topology));
}
