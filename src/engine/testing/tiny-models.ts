/** Small models made in the test itself, whose right answers are known beforehand. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { type Json, type ModelArtifacts, type ModelTopology, sizeOfShape } from '../../formats/network/artifacts.ts';
import { disposeModel } from '../loading/dispose-model.ts';

/** The artifacts of a model built with tf.js, in the form in which files are read. Frees the model. */
export async function artifactsOf(model: tfl.LayersModel): Promise<ModelArtifacts> {
  const topology = {
    class_name: model.getClassName(),
    config: model.getConfig() as unknown as { [key: string]: Json },
  } satisfies ModelTopology;
  const weights = model.weights.map((weight) => ({ name: weight.originalName, shape: weight.shape.map((side) => side ?? 1) }));
  const values = await Promise.all(model.weights.map(async (weight) => Float32Array.from(await weight.read().data())));
  const data = await new Blob(values).arrayBuffer();
  disposeModel(model);
  // Names and shapes only: nothing in the topology refers to this process.
  return { topology: JSON.parse(JSON.stringify(kerasCase(topology))), weights, data };
}

/** tf.js writes configurations in camelCase and reads them in Keras' snake_case. */
function kerasCase(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(kerasCase);
  if (typeof json !== 'object' || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) => [key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), kerasCase(value)]),
  );
}

/**
 * A network that passes the green channel through (a 1 x 1 convolution named `spikes`), averages it over all cells and scores two classes
 * with it: class 0 by how much there is, class 1 by how little. The drop of class 0 at a cell is that cell's share.
 */
export async function spikeModel(rows: number, columns: number): Promise<ModelArtifacts> {
  const input = tfl.input({ shape: [rows, columns, 3] });
  const spikes = tfl.layers.conv2d({ name: 'spikes', filters: 1, kernelSize: 1, useBias: false });
  const scores = tfl.layers.dense({ name: 'predictions', units: 2, useBias: false, activation: 'softmax' });
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'avg_pool' }).apply(spikes.apply(input));
  const model = tfl.model({ inputs: input, outputs: scores.apply(pooled) as tfl.SymbolicTensor });
  spikes.setWeights([tf.tensor4d([0, 1, 0], [1, 1, 3, 1])]);
  scores.setWeights([tf.tensor2d([[8, -8]])]);
  return artifactsOf(model);
}

/**
 * A network with the traits of a dense block: `inner` is computed beside `first` and joined to it, so that a cut at `inner` needs `first`
 * from the kept pass. Weights are pseudo-random; two classes of three channels.
 *
 * @param channels how many `first` has
 */
export async function denseModel(rows: number, columns: number, channels = 4): Promise<ModelArtifacts> {
  const convolution = (name: string, filters: number, seed: number) =>
    tfl.layers.conv2d({ name, filters, kernelSize: 3, padding: 'same', kernelInitializer: tfl.initializers.glorotNormal({ seed }) });
  const input = tfl.input({ shape: [rows, columns, 3] });
  const first = convolution('first', channels, 1).apply(input) as tfl.SymbolicTensor;
  const normalised = tfl.layers.batchNormalization({ name: 'inner_bn' }).apply(first);
  const inner = convolution('inner', 2, 2).apply(tfl.layers.activation({ name: 'inner_relu', activation: 'relu' }).apply(normalised));
  const joined = tfl.layers.concatenate({ name: 'joined' }).apply([first, inner as tfl.SymbolicTensor]);
  const out = tfl.layers.activation({ name: 'out', activation: 'relu' }).apply(tfl.layers.batchNormalization({ name: 'bn' }).apply(joined));
  const scores = tfl.layers.dense({
    name: 'predictions',
    units: 3,
    activation: 'softmax',
    kernelInitializer: tfl.initializers.glorotNormal({ seed: 3 }),
  });
  const pooled = tfl.layers.globalAveragePooling2d({ name: 'avg_pool' }).apply(out);
  return artifactsOf(tfl.model({ inputs: input, outputs: scores.apply(pooled) as tfl.SymbolicTensor }));
}

/**
 * The model with biases and normalisations as training leaves them: fresh ones have zeros for shifts and ones for scales, so that whatever is
 * silent before a layer is silent after it, and much can go wrong unseen.
 */
export function withTrainedShifts(artifacts: ModelArtifacts): ModelArtifacts {
  const data = artifacts.data.slice(0);
  let offset = 0;
  for (const { name, shape } of artifacts.weights) {
    const values = new Float32Array(data, offset, sizeOfShape(shape));
    offset += values.byteLength;
    // Kernels are pseudo-random already.
    if (shape.length > 1) continue;
    for (const i of values.keys()) {
      const uneven = ((i * 7 + name.length * 5 + 3) % 11) / 11 - 0.4;
      values[i] = /variance|gamma/.test(name) ? 0.8 + uneven : uneven;
    }
  }
  return { ...artifacts, data };
}
