/** Sound TensorFlow checkpoints and SavedModels of the small network. */
import type { GivenFile } from '../given-file.ts';
import { utf8 } from './sound-models.ts';
import { type NetworkJson, soundNetwork, valuesOf, WEIGHTS, type WeightOf } from './sound-network.ts';
import { message } from './tensorflow-bytes.ts';
import { type CheckpointOptions, checkpointFiles, type KerasLayer, kerasLayers, withTraining } from './tensorflow-writer.ts';

/** The weights as a checkpoint has them, layer by layer. */
export function checkpointLayers(
  weights: readonly WeightOf[] = WEIGHTS,
  nameOf: (layer: string) => string = (layer) => layer,
): KerasLayer[] {
  const layers = [...new Set(weights.map(({ layer }) => layer))];
  return layers.map((name) => ({
    name: nameOf(name),
    weights: weights
      .filter(({ layer }) => layer === name)
      .map(({ own, shape }) => ({ own, shape, bytes: new Uint8Array(valuesOf(shape).buffer) })),
  }));
}

/** `ckpt-7.index` and `ckpt-7.data-00000-of-00001`, with the optimiser's tensors, as training leaves them. */
export function soundCheckpoint(
  name = 'ckpt-7',
  options: CheckpointOptions = {},
  layers: readonly KerasLayer[] = checkpointLayers(),
): GivenFile[] {
  const { tensors, model } = kerasLayers(layers, 'model/');
  return checkpointFiles(name, withTraining(tensors, { children: { model } }), options);
}

/** The network in JSON, as `model.to_json()` gives it. */
export function networkFile(name = 'network.json', network: NetworkJson = soundNetwork()): GivenFile {
  return { name, bytes: utf8(JSON.stringify(network)) };
}

/** What Keras 2 notes of the small network, which says the same in its older dialect. */
export function kerasOf(network: NetworkJson = soundNetwork()): object {
  const { class_name, config } = network;
  return { class_name, config, is_graph_network: true, keras_version: '2.12.0', training_config: { loss: 'categorical_crossentropy' } };
}

/** `keras_metadata.pb` with this of the whole model, and something of a layer. */
export function kerasMetadata(json: unknown = kerasOf(), identifier = '_tf_keras_network'): Uint8Array<ArrayBuffer> {
  const layer = message([2, 1], [3, 'root.layer-0'], [4, '_tf_keras_input_layer'], [5, '{"class_name": "InputLayer"}']);
  const root = message([3, 'root'], [4, identifier], [5, typeof json === 'string' ? json : JSON.stringify(json)]);
  return message([1, layer], [1, root]);
}

/** `saved_model.pb`; what Keras notes is in there before TensorFlow 2.5. */
export function savedGraph(json: unknown = null, identifier = '_tf_keras_network'): Uint8Array<ArrayBuffer> {
  const child = message([4, message([1, '_tf_keras_input_layer'], [3, '{}'])]);
  const user = json === null ? message([1, '_generic_user_object']) : message([1, identifier], [3, JSON.stringify(json)]);
  const root = message([1, message([1, 1], [2, 'layer-0'])], [4, user]);
  return message([1, 1], [2, message([7, message([1, root], [1, child])])]);
}

/** The files of a SavedModel's folder, of TensorFlow 2.5 to 2.15. */
export function savedModel(): GivenFile[] {
  const { tensors, model } = kerasLayers(checkpointLayers());
  return [
    { name: 'saved_model.pb', bytes: savedGraph() },
    { name: 'keras_metadata.pb', bytes: kerasMetadata() },
    { name: 'fingerprint.pb', bytes: message([1, 12345]) },
    ...checkpointFiles('variables', withTraining(tensors, model)),
  ];
}
