/** A checkpoint's weights, each with the layer that it is of in a network that is known. */
import { AppError } from '../../core/app-error.ts';
import { listed } from '../given-file.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import { layersInside, nameOfLayer, pathOf } from '../keras/layer-paths.ts';
import { weightNames } from '../keras/weight-names.ts';
import type { ModelTopology, WeightValues } from '../network/artifacts.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { StoredLayer, StoredModel, StoredModels, StoredWeight } from './stored-layers.ts';

/** A layer of the network that has weights. */
interface WeightedLayer {
  readonly path: string;
  readonly name: string;
  readonly weights: readonly string[];
  readonly json: JsonObject;
}

interface Placed {
  /** In the network, such as `base/conv1/kernel`. */
  readonly name: string;
  readonly key: string;
}

/** Why the two do not belong together, as it stands in brackets. */
class Misfit extends Error {}

/** Those of nested models in their place. */
function weightedLayers(layers: readonly JsonObject[], models = ''): WeightedLayer[] {
  return layers.flatMap((layer) => {
    // Operations such as `x + 3` stand among the layers, and hold no weights.
    if (layer.is_operation === true) return [];
    const path = pathOf(models, layer);
    const inner = layersInside(layer);
    if (inner) return weightedLayers(inner, `${path}/`);
    const weights = weightNames(layer);
    return weights.length > 0 ? [{ path, name: nameOfLayer(layer), weights, json: layer }] : [];
  });
}

/** Whether a weight may be called so in a checkpoint. Keras 3 says kernel where Keras 2 says depthwise_kernel; a second one of a name gets a number. */
function isCalled(own: string, stored: string): boolean {
  const plain = stored.replace(/_\d+$/, '');
  return [stored, plain].some((name) => name === own || (name === 'kernel' && own === 'depthwise_kernel'));
}

/** What the settings of a layer say of a weight's shape: null for a side, or all of it, that they do not tell. What is left is found when it is built. */
function knownShape({ json: { class_name: kind, config } }: WeightedLayer, own: string): readonly (number | null)[] | null {
  const { filters, units, kernel_size: size } = asObject(config) ?? {};
  const gives = kind === 'Conv2D' ? filters : kind === 'Dense' ? units : null;
  if (typeof gives !== 'number') return null;
  if (own === 'bias') return [gives];
  const window = typeof size === 'number' ? [size, size] : asArray(size).map(Number);
  return kind === 'Dense' ? [null, gives] : window.length === 2 ? [...window, null, gives] : null;
}

function isShaped(shape: readonly number[], known: readonly (number | null)[]): boolean {
  return shape.length === known.length && known.every((side, i) => side === null || side === shape[i]);
}

/** @throws Misfit where the stored layer has other weights */
function placedIn(layer: WeightedLayer, stored: StoredLayer): Placed[] {
  const { path, name, weights } = layer;
  const found = weights.map(
    (own) => stored.weights.find((weight) => weight.own === own) ?? stored.weights.find((weight) => isCalled(own, weight.own)),
  );
  const keys = found.flatMap((weight) => (weight ? [weight.key] : []));
  // How many images a Normalization has seen is a weight to Keras, and of no use.
  const others = stored.weights.filter(({ own, key }) => own !== 'count' && !keys.includes(key));
  if (keys.length < weights.length || new Set(keys).size < keys.length || others.length > 0) {
    const owns = listed(stored.weights.map(({ own }) => own));
    const called = stored.name === '' ? 'a layer' : `its layer ${stored.name}`;
    throw new Misfit(`${called} has ${owns}, where the layer ${name} needs ${listed(weights)}`);
  }
  for (const [i, own] of weights.entries()) {
    const [known, shape] = [knownShape(layer, own), found[i]?.shape ?? []];
    if (known && !isShaped(shape, known)) {
      const sides = known.map((side) => side ?? 'any').join(', ');
      throw new Misfit(`its ${own} for the layer ${name} has the shape [${shape.join(', ')}], and not [${sides}]`);
    }
  }
  return weights.map((own, i) => ({ name: `${path}/${own}`, key: keys[i] ?? '' }));
}

/** The stored layer of each layer, where names say it of every one, and no other is left; else null. */
function byName(layers: readonly WeightedLayer[], stored: readonly StoredLayer[]): StoredLayer[] | null {
  if (layers.length !== stored.length || new Set(layers.map(({ name }) => name)).size < layers.length) return null;
  const found = layers.map(({ name, path }) =>
    stored.find((layer) => [name, path].some((own) => layer.name === own || layer.name.endsWith(`/${own}`))),
  );
  return found.every((layer) => layer !== undefined) && new Set(found).size === layers.length ? found : null;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

/** @throws Misfit */
function placedByLayer(layers: readonly WeightedLayer[], { layers: stored, order }: StoredModel): Placed[] {
  const named = byName(layers, stored);
  if (!named && layers.length !== stored.length)
    throw new Misfit(
      `it has weights of ${count(stored.length, 'layer')}, and the network has ${count(layers.length, 'layer')} with weights`,
    );
  if (!named && order === 'names') {
    const [first] = layers.filter(({ name }) => !stored.some((layer) => layer.name === name || layer.name.endsWith(`/${name}`)));
    throw new Misfit(`its layers are numbered nowhere, and none of them is called ${first?.name ?? layers[0]?.name}`);
  }
  return layers.flatMap((layer, i) => placedIn(layer, (named ?? stored)[i] as StoredLayer));
}

/** @throws Misfit */
function placedInList(layers: readonly WeightedLayer[], weights: readonly StoredWeight[]): Placed[] {
  const places = layers.flatMap(({ path, weights: own }) => own.map((name) => ({ path, own: name })));
  if (places.length !== weights.length)
    throw new Misfit(`it lists ${count(weights.length, 'weight')}, and the network has ${places.length}`);
  return places.map(({ path, own }, i) => {
    const weight = weights[i] as StoredWeight;
    if (!isCalled(own, weight.own)) throw new Misfit(`it lists ${weight.own} where the network has ${path}/${own}`);
    return { name: `${path}/${own}`, key: weight.key };
  });
}

function placed(layers: readonly WeightedLayer[], model: StoredModel): Placed[] {
  return model.order === 'weights' ? placedInList(layers, model.layers[0]?.weights ?? []) : placedByLayer(layers, model);
}

export interface KnownNetwork {
  /** What errors call the file that it stands in. */
  readonly name: string;
  readonly topology: ModelTopology;
  /** What to give instead where the weights are not its own, as it stands after “please give”. */
  readonly instead: string;
}

/**
 * The weights for every model in the checkpoint that the network fits.
 *
 * @throws AppError `model-file-broken` naming both files, where it fits none
 */
export function fittingModels(
  checkpoint: Checkpoint,
  { models, beside }: StoredModels,
  network: KnownNetwork,
): readonly { readonly path: string; read(): WeightValues[] }[] {
  const layers = weightedLayers(objectsIn(network.topology.config.layers));
  let misfit: Misfit | null = null;
  const fittingOf = (candidates: readonly StoredModel[]) =>
    candidates.flatMap((model) => {
      try {
        const places = placed(layers, model);
        const read = () => places.map(({ name, key }): WeightValues => ({ name, ...checkpoint.tensor(key) }));
        return [{ path: model.path, read }];
      } catch (error) {
        if (!(error instanceof Misfit)) throw error;
        misfit ??= error;
        return [];
      }
    });
  const fitting = fittingOf(models);
  if (fitting.length > 0) return fitting;
  // A class of somebody's own may have a model of Keras as one of its parts: then all together are the network.
  const together: StoredModel = { path: '', layers: [...models.flatMap((model) => model.layers), ...beside], order: 'names' };
  const whole = beside.length > 0 ? fittingOf([together]) : [];
  if (whole.length > 0) return whole;
  const fault = (misfit as Misfit | null)?.message ?? 'it holds no weights of layers';
  throw new AppError(
    'model-file-broken',
    `The checkpoint ${checkpoint.fileName} does not hold the weights of the network in ${network.name} (${fault}); please give ${network.instead}.`,
  );
}
