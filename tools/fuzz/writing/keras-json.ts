/** A drawn network as Keras writes it down, in Keras 2's words or in Keras 3's. */

import { asArray, asObject, type JsonObject } from '../../../src/formats/json.ts';
import type { Json } from '../../../src/formats/network/artifacts.ts';
import type { Dialect, DrawnNetwork, Layer, Model, Tensor } from '../network.ts';

/** Keras 2 counts a model that knows what goes in as called once before. */
function callNumber({ layer, call }: Tensor, dialect: Dialect): number {
  return layer.inner && dialect === 'keras-2' ? call + 1 : call;
}

function kerasTensor(tensor: Tensor): Json {
  const history = [tensor.layer.name, callNumber(tensor, 'keras-3'), 0];
  return { class_name: '__keras_tensor__', config: { shape: [null, ...tensor.values.shape], dtype: 'float32', keras_history: history } };
}

/** Merges take a list, everything else one tensor. */
function callOfKeras3({ operation }: Layer, takes: readonly Tensor[]): Json {
  const tensors = takes.map(kerasTensor);
  if (operation) return operation.call(tensors);
  return { args: tensors.length > 1 ? [tensors] : tensors, kwargs: {} };
}

function callOfKeras2({ operation }: Layer, takes: readonly Tensor[]): Json {
  const references = takes.map((tensor): Json => [tensor.layer.name, callNumber(tensor, 'keras-2'), 0]);
  return operation ? operation.call(references) : references.map((reference): Json => [...asArray(reference), {}]);
}

/** How a network is written down. */
type Style = Pick<DrawnNetwork, 'dialect' | 'precision'>;

function policy({ dialect, precision }: Style): Json {
  const config = { name: precision };
  if (dialect === 'keras-3') return { module: 'keras', class_name: 'DTypePolicy', config, registered_name: null };
  return precision === 'float32' ? precision : { class_name: 'Policy', config };
}

function layerJson(layer: Layer, style: Style, isChain: boolean): JsonObject {
  const { kind, name, inner, operation } = layer;
  const { dialect } = style;
  const calls = layer.calls.map((takes) => (dialect === 'keras-3' ? callOfKeras3(layer, takes) : callOfKeras2(layer, takes)));
  return {
    ...(dialect === 'keras-3' && { module: operation?.module ?? 'keras.layers', registered_name: null }),
    class_name: kind,
    config: inner ? modelConfig(inner, name, style) : layerConfig(layer, style),
    // In a chain what each layer takes goes without saying.
    ...(!isChain && { name, inbound_nodes: calls }),
  };
}

function layerConfig({ kind, name, config, operation }: Layer, style: Style): JsonObject {
  if (operation && style.dialect === 'keras-3') return { name, ...config };
  const { batch_input_shape: shape, ragged, ...rest } = config;
  if (kind !== 'InputLayer') return { name, trainable: true, dtype: policy(style), ...rest };
  const common = { name, dtype: 'float32', ...rest };
  return style.dialect === 'keras-3'
    ? { ...common, batch_shape: shape ?? null }
    : { ...common, ragged: ragged ?? false, batch_input_shape: shape ?? null };
}

function chainConfig({ layers, isInputImplied }: Model, name: string, style: Style): JsonObject {
  const [input, first, ...others] = layers.map((layer) => layerJson(layer, style, true));
  const common = { name, ...(style.dialect === 'keras-3' && { trainable: true }) };
  if (!isInputImplied || !input || !first) return { ...common, layers: [input, first, ...others].flatMap((layer) => layer ?? []) };
  const shape = layers[0]?.config.batch_input_shape ?? null;
  return { ...common, layers: [{ ...first, config: { ...asObject(first.config), batch_input_shape: shape } }, ...others] };
}

function modelConfig(model: Model, name: string, style: Style): JsonObject {
  const { kind, layers, output, other } = model;
  if (kind === 'Sequential') return chainConfig(model, name, style);
  const end = (tensor: Tensor): Json => [tensor.layer.name, callNumber(tensor, style.dialect), 0];
  const ends = other ? [end(output), end(other.output)] : [end(output)];
  return {
    name,
    trainable: true,
    layers: layers.map((layer) => layerJson(layer, style, false)),
    input_layers: [[layers[0]?.name ?? '', 0, 0]],
    output_layers: other?.isFirst ? ends.toReversed() : ends,
  };
}

/** What stands in `model_config` and `config.json`. */
export function kerasJson(network: Pick<DrawnNetwork, 'dialect' | 'precision' | 'model'>): JsonObject {
  const { model, dialect } = network;
  const config = modelConfig(model, 'drawn', network);
  return { ...(dialect === 'keras-3' && { module: 'keras', registered_name: null }), class_name: model.kind, config };
}
