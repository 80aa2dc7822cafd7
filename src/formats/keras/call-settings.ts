/**
 * What layers are called with beside the tensors that they take: mostly whether they are to act as in training. That matters for those alone
 * that normalise by statistics: told so, they take those of the batch that they are given; and for those that draw at random.
 */
import { AppError } from '../../core/app-error.ts';
import { asArray, asObject, isObject, type JsonObject, objectsIn } from '../json.ts';
import { plainKind } from '../layers/kind-names.ts';
import { drawsAtRandom } from '../layers/random-layers.ts';
import type { Json } from '../network/artifacts.ts';

/** Keras 2 writes them with every reference: `["name", 0, 0, {"training": true}]`. */
function settingsOfKeras2(call: Json): JsonObject[] {
  if (!Array.isArray(call)) return [];
  if (typeof call[0] !== 'string') return call.flatMap(settingsOfKeras2);
  const settings = asObject(call[3]);
  return settings ? [settings] : [];
}

/** Of one call. Keras 3 lets them stand by name, or in order after the tensors. */
function settingsOf(call: Json): JsonObject[] {
  if (!isObject(call)) return settingsOfKeras2(call);
  const isInOrder = asArray(call.args).slice(1).includes(true);
  return [asObject(call.kwargs) ?? {}, { training: isInOrder }];
}

/** Whether a layer, or one in it, takes the statistics of its batch when told so. What is not trained keeps its own. */
function hasBatchStatistics({ class_name: kind, config }: JsonObject): boolean {
  const { layers, trainable } = asObject(config) ?? {};
  if (Array.isArray(layers)) return objectsIn(layers).some(hasBatchStatistics);
  return plainKind(String(kind)) === 'BatchNormalization' && trainable !== false;
}

function hasRandomLayer({ class_name: kind, config }: JsonObject): boolean {
  const { layers } = asObject(config) ?? {};
  return Array.isArray(layers) ? objectsIn(layers).some(hasRandomLayer) : drawsAtRandom(plainKind(String(kind)));
}

function nameOf(layer: JsonObject): string {
  return String(layer.name ?? asObject(layer.config)?.name);
}

function isToldToTrain(layer: JsonObject): boolean {
  // Some people write 1.
  return asArray(layer.inbound_nodes)
    .flatMap(settingsOf)
    .some(({ training }) => training === true || training === 1);
}

/** Names of layers, and of models inside, that are told to act as in training, and draw at random then. */
export function randomLayers(layers: readonly JsonObject[]): string[] {
  return layers.flatMap((layer) =>
    isToldToTrain(layer) && hasRandomLayer(layer) ? [nameOf(layer)] : randomLayers(objectsIn(asObject(layer.config)?.layers)),
  );
}

/** Keras 2: a tensor that stands by name, as a mask does. */
function isTensor(json: Json): boolean {
  const [layer, call, output] = asArray(json);
  return typeof layer === 'string' && typeof call === 'number' && typeof output === 'number';
}

/** @throws AppError `model-unsupported` naming the file and the layer, where it depends on more than what it takes */
export function checkCalls(fileName: string, layer: JsonObject): void {
  const called = `In ${fileName} the layer ${nameOf(layer)} is called with`;
  const settings = asArray(layer.inbound_nodes).flatMap(settingsOf);
  const [further] = settings.flatMap(Object.entries).find(([, value]) => isTensor(value)) ?? [];
  if (further !== undefined)
    throw new AppError('model-unsupported', `${called} a further tensor (${further}), which cannot be run here; please build it without.`);
  if (!isToldToTrain(layer) || !hasBatchStatistics(layer)) return;
  throw new AppError(
    'model-unsupported',
    `${called} training=True, so that it normalises by the images that it happens to be given together; please build the network without that.`,
  );
}
