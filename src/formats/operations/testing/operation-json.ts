/** Operations among layers as versions of Keras write them down, and the layers that they become. */
import { asArray, asObject, type JsonObject } from '../../json.ts';
import type { Json } from '../../network/artifacts.ts';
import { tensorOf } from '../../testing/sound-network.ts';
import { operationAsLayer } from '../keras-operations.ts';

/** As Keras 2.4 and later write a function of TensorFlow. */
export function ofFunction(name: string, call: Json, kind = 'TFOpLambda'): JsonObject {
  return { class_name: kind, name: 'op', config: { name: 'op', function: name }, inbound_nodes: [call] };
}

/** As Keras 3 writes an operation. */
export function ofKeras3(kind: string, args: readonly unknown[], config: JsonObject = {}, module = 'keras.src.ops.numpy'): JsonObject {
  return { module, class_name: kind, name: 'op', config: { name: 'op', ...config }, inbound_nodes: [{ args: args as Json[], kwargs: {} }] };
}

/** As Keras of TensorFlow 2.0 to 2.3 writes a node of the graph. */
export function ofNode(op: string, takes: Json, constants: JsonObject = {}, attributes: JsonObject = {}): JsonObject {
  const node: Json = { name: 'op', op, input: ['input_1', 'op/y'], attr: { T: { type: 'DT_FLOAT' }, ...attributes } };
  return { class_name: 'TensorFlowOpLayer', name: 'op', config: { name: 'op', node_def: node, constants }, inbound_nodes: [takes] };
}

export const X = tensorOf('x') as Json;
export const Y = tensorOf('y') as Json;

/** The layer in its place: kind, settings, and what it takes. */
export function translated(json: JsonObject): unknown[] {
  const layer = operationAsLayer('network.h5', json, []);
  const { name: _, ...config } = asObject(layer?.config) ?? {};
  const references = asArray(asArray(layer?.inbound_nodes)[0]);
  return [layer?.class_name, config, references.map((reference) => asArray(reference).slice(0, 3).join())];
}

export function rescaling(scale: Json, offset: Json): unknown[] {
  return ['Rescaling', { scale, offset }, ['x,0,0']];
}

export function activation(name: Json): unknown[] {
  return ['Activation', { activation: name }, ['x,0,0']];
}

export function slice(...slices: Json[]): unknown[] {
  return ['Slice', { slices }, ['x,0,0']];
}

export const MEAN = [103.939, 116.779, 123.68];
export const BACKWARDS: Json = [null, null, -1];
export const ALL: Json = [null, null, 1];
export const ELLIPSIS: Json = { class_name: '__ellipsis__' };

export function pythonSlice(start: Json, stop: Json, step: Json): Json {
  return { class_name: '__slice__', config: { start, stop, step } };
}
