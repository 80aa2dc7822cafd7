/**
 * Which layer each weight of a nested model is of, in Keras' older layout: one list for the whole model.
 *
 * Keras goes by the order alone. Names mostly say the same, but a network that was built twice in one session has `conv1_1/kernel` for its
 * layer `conv1`. The order is that of the layers, or first all weights that were trained, and then all others.
 */
import { asObject, type JsonObject } from '../json.ts';
import { layersInside, nameOfLayer, pathOf } from './layer-paths.ts';
import { weightNames } from './weight-names.ts';

/** A weight as a network has it. */
export interface Place {
  /** Of its layer, the model included. */
  readonly path: string;
  readonly layer: string;
  readonly own: string;
  readonly isTrained: boolean;
}

/** All weights of layers in models, in the order of the layers. */
function placesIn(layers: readonly JsonObject[], models: string, isTrained = true): Place[] {
  return layers.flatMap((layer) => {
    const path = pathOf(models, layer);
    const isLayerTrained = isTrained && asObject(layer.config)?.trainable !== false;
    const inner = layersInside(layer);
    if (inner) return placesIn(inner, `${path}/`, isLayerTrained);
    return weightNames(layer).map((own) => {
      const isStatistic = /(^|_)(mean|variance)$/.test(own);
      return { path, layer: nameOfLayer(layer), own, isTrained: isLayerTrained && !isStatistic };
    });
  });
}

/** A weight's name in the file, without what Keras and TensorFlow append. */
interface Written {
  /** All before the own name. */
  readonly from: string;
  readonly own: string;
}

function written(path: string): Written {
  const plain = path.replace(/:\d+$/, '');
  const slash = plain.lastIndexOf('/');
  return { from: plain.slice(0, Math.max(0, slash)), own: plain.slice(slash + 1) };
}

/**
 * Whether the file may call this weight so. Keras 3 says kernel where Keras 2 says depthwise_kernel; a second variable of a name gets a number,
 * and that of a `LayerScale` has none.
 */
function isCalled(own: string, inFile: string): boolean {
  const plain = inFile.replace(/_\d+$/, '');
  const isOther = (name: string) => (name === 'kernel' && own === 'depthwise_kernel') || (/^variable$/i.test(name) && own === 'gamma');
  return [inFile, plain].some((name) => name === own || isOther(name));
}

/** Whether each weight in the file can be the one in its place, and each layer of the network is one layer of the file. */
function fits(places: readonly Place[], inFile: readonly Written[]): boolean {
  const layers = new Map<string, string>();
  const isEach = places.every(({ path, own }, i) => {
    const { from, own: name } = inFile[i] ?? { from: '', own: '' };
    const known = layers.get(path) ?? from;
    layers.set(path, known);
    return known === from && isCalled(own, name);
  });
  return isEach && places.length === inFile.length && new Set(layers.values()).size === layers.size;
}

function isNamed({ from, own }: Written, place: Place): boolean {
  return (from === place.layer || from.endsWith(`/${place.layer}`)) && isCalled(place.own, own);
}

/** Each weight with the place that its name says; the longest name where several end alike. Null: none. */
function byName(places: readonly Place[], inFile: readonly Written[]): (Place | null)[] {
  return inFile.map((weight) => {
    const candidates = places.filter((place) => isNamed(weight, place));
    const isWhole = ({ path }: Place) => weight.from === path || weight.from.endsWith(`/${path}`);
    const length = (place: Place) => (isWhole(place) ? place.path.length + 1 : 0) + place.layer.length;
    return candidates.sort((a, b) => length(b) - length(a))[0] ?? null;
  });
}

function withoutNumber(name: string): string {
  return name.replace(/_\d+$/, '');
}

/** How many layers are called as in the file, but for a number behind. */
function similarity(places: readonly Place[], inFile: readonly Written[]): number {
  return places.filter(({ layer }, i) => withoutNumber(inFile[i]?.from.split('/').at(-1) ?? '') === withoutNumber(layer)).length;
}

/**
 * @param model the layer that is a model
 * @param names of its weights, in the order of the file
 * @returns the place of each; null for a weight that the model has no place for
 */
export function placesOf(model: JsonObject, names: readonly string[]): (Place | null)[] {
  const places = placesIn(layersInside(model) ?? [], `${nameOfLayer(model)}/`, asObject(model.config)?.trainable !== false);
  const inFile = names.map(written);
  const named = byName(places, inFile);
  if (new Set(named).size === places.length && named.length === places.length && !named.includes(null)) return named;
  const trainedFirst = [...places.filter(({ isTrained }) => isTrained), ...places.filter(({ isTrained }) => !isTrained)];
  const [best] = [trainedFirst, places]
    .filter((order) => fits(order, inFile))
    .sort((a, b) => similarity(b, inFile) - similarity(a, inFile));
  return best ?? named;
}
