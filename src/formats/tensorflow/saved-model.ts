/** The network that Keras 2 writes into a SavedModel beside the graph of functions: what it was built from, as JSON. */
import { AppError } from '../../core/app-error.ts';
import { faultOf } from '../fault.ts';
import { type GivenFile, labelOf } from '../given-file.ts';
import { asObject, type JsonObject, parseJson } from '../json.ts';
import { topologyInJson } from '../keras/keras-config.ts';
import type { ModelTopology } from '../network/artifacts.ts';
import { Message } from '../protobuf/message.ts';

/** `SavedMetadata` of `keras_metadata.pb`, from TensorFlow 2.5 on. */
const METADATA_NODES = 1;
const METADATA = { path: 3, identifier: 4, json: 5 } as const;

/** `SavedModel`, and the messages in it: TensorFlow 2.0 to 2.4 have the same JSON there. */
const META_GRAPHS = 2;
const META_GRAPH = { objects: 7 } as const;
const OBJECTS = { nodes: 1 } as const;
const OBJECT = { children: 1, user: 4 } as const;
const CHILD = { id: 1, name: 2 } as const;
const USER_OBJECT = { identifier: 1, json: 3 } as const;

/** Networks, and classes of somebody's own that are models. */
const IS_MODEL = /^_tf_keras_(network|sequential|model)$/;

interface SavedObject {
  /** `root`, or `root.base.layer-3`. */
  readonly path: string;
  readonly identifier: string;
  readonly json: string;
}

/** Of `keras_metadata.pb`. */
function inMetadata(bytes: Uint8Array): SavedObject[] {
  return new Message(bytes).messages(METADATA_NODES).map((node) => ({
    path: node.text(METADATA.path) ?? 'root',
    identifier: node.text(METADATA.identifier) ?? '',
    json: node.text(METADATA.json) ?? '',
  }));
}

/** Of `saved_model.pb`: the first object is the whole, and only what belongs to it directly is looked at. */
function inGraph(bytes: Uint8Array): SavedObject[] {
  const graph = new Message(bytes).messages(META_GRAPHS)[0]?.message(META_GRAPH.objects);
  const nodes = graph?.messages(OBJECTS.nodes) ?? [];
  const [root] = nodes;
  const children = (root?.messages(OBJECT.children) ?? []).map((child): [string, Message | undefined] => [
    `root.${child.text(CHILD.name) ?? ''}`,
    nodes[child.number(CHILD.id) ?? 0],
  ]);
  return [['root', root] as const, ...children].flatMap(([path, node]) => {
    const user = node?.message(OBJECT.user);
    return user ? [{ path, identifier: user.text(USER_OBJECT.identifier) ?? '', json: user.text(USER_OBJECT.json) ?? '' }] : [];
  });
}

function objectsIn(file: GivenFile, read: (bytes: Uint8Array) => SavedObject[]): SavedObject[] {
  try {
    return read(file.bytes);
  } catch (cause) {
    throw new AppError(
      'model-file-broken',
      `The file ${labelOf(file)} is no sound part of a TensorFlow SavedModel (${faultOf(cause)}); please get it again.`,
      { cause },
    );
  }
}

const INSTEAD = 'please save the Keras model as .keras, or convert it to ONNX (tf2onnx) or to a tf.js graph-model';

/** The network as Keras writes it down; null for a class of somebody's own, which has none. */
function networkIn(json: JsonObject): JsonObject | null {
  const candidates = [asObject(json.model_config), json];
  return candidates.find((own) => Array.isArray(asObject(own?.config)?.layers)) ?? null;
}

/**
 * @param graph `saved_model.pb`, where it was given
 * @param metadata the files beside it, such as `keras_metadata.pb`
 * @throws AppError `model-unsupported` for what was not a Functional or Sequential model, or `model-file-broken`, naming the file
 */
export function networkOfSavedModel(graph: GivenFile | null, metadata: readonly GivenFile[]): ModelTopology {
  const described = metadata.map((file) => ({ file, models: objectsIn(file, inMetadata).filter(isModel) }));
  const own = graph && { file: graph, models: objectsIn(graph, inGraph).filter(isModel) };
  const source = [...described, ...(own ? [own] : [])].find(({ models }) => models.length > 0);
  const [first] = metadata;
  const main = graph ?? first;
  if (!main) throw new RangeError('there is no SavedModel');
  if (!source) {
    throw new AppError(
      'model-unsupported',
      `The file ${labelOf(main)} is a TensorFlow graph of functions without the layers of a Keras model; ${INSTEAD}.`,
    );
  }
  const [outermost] = source.models.toSorted((a, b) => a.path.split('.').length - b.path.split('.').length);
  const label = labelOf(source.file);
  const json = asObject(parseJson(label, outermost?.json ?? '', `The description of the network in ${label}`)) ?? {};
  const network = networkIn(json);
  if (!network) {
    const kind = typeof json.class_name === 'string' ? json.class_name : 'a model';
    throw new AppError(
      'model-unsupported',
      `The model in ${label} is of a class of somebody’s own (${kind}), whose layers only its code knows; ${INSTEAD}.`,
    );
  }
  const version = typeof json.keras_version === 'string' ? json.keras_version : null;
  const { loss } = asObject(asObject(json.training_config)) ?? {};
  return { ...topologyInJson(label, network, version), ...(loss !== undefined && { loss }) };
}

function isModel({ identifier }: SavedObject): boolean {
  return IS_MODEL.test(identifier);
}
