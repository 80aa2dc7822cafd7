/** A model's weights, each with the layer that it is of, however the file calls the two. */
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject, objectsIn } from '../json.ts';
import { type ModelArtifacts, packArtifacts, sizeOfShape, type WeightValues } from '../network/artifacts.ts';
import { layersInside } from './layer-paths.ts';
import { weightNames } from './weight-names.ts';

/** A weight of the file, with its place in there; a new one has none. */
interface Placed extends WeightValues {
  readonly place?: number;
}

type OwnWeights = Map<string, Placed>;

/** Every layer that has weights, those of nested models in their place. */
function weightedLayers(layers: readonly JsonObject[]): JsonObject[] {
  return layers.flatMap((layer) => {
    const inner = layersInside(layer);
    return inner ? weightedLayers(inner) : weightNames(layer).length > 0 ? [layer] : [];
  });
}

/** Weights by the layer that the file names, in the order of the file: layers of nested models may share a name. */
function byNameInFile({ weights, data }: ModelArtifacts): Map<string, OwnWeights[]> {
  const layers = new Map<string, OwnWeights[]>();
  let at = 0;
  for (const [place, { name, shape }] of weights.entries()) {
    const values = new Float32Array(data, at, sizeOfShape(shape));
    at += values.byteLength;
    const slash = name.lastIndexOf('/');
    const [layer, own] = [name.slice(0, slash), name.slice(slash + 1)];
    const namesakes = layers.get(layer) ?? [];
    layers.set(layer, namesakes);
    const last = namesakes.at(-1);
    const target = last && !last.has(own) ? last : new Map();
    if (target !== last) namesakes.push(target);
    target.set(own, { name, shape, values, place });
  }
  return layers;
}

/** The weights by layer, then by own name; changed as layers are replaced. */
export class LayerWeights {
  readonly #artifacts: ModelArtifacts;
  readonly #byLayer = new Map<string, ReadonlyMap<string, Placed>>();
  #isReplaced = false;

  /**
   * @param config the model's, with layers of nested models under their paths
   * @throws AppError `model-unsupported` naming the file, where two weights have one name
   */
  constructor(fileName: string, artifacts: ModelArtifacts, config: JsonObject) {
    this.#artifacts = artifacts;
    const inFile = byNameInFile(artifacts);
    for (const layer of weightedLayers(objectsIn(config.layers))) {
      const path = String(asObject(layer.config)?.name ?? layer.name);
      // Most formats leave out in which model a layer is.
      const names = [path, ...[...path.matchAll(/\//g)].map(({ index }) => path.slice(index + 1))];
      const found = names.map((name) => inFile.get(name)).find((namesakes) => (namesakes?.length ?? 0) > 0);
      const weights = found?.shift();
      if (weights) this.#put(path, weights);
    }
    for (const [layer, namesakes] of inFile) {
      for (const weights of namesakes) {
        const [first] = weights.values();
        if (this.#byLayer.has(layer)) {
          throw new AppError('model-unsupported', `In ${fileName} two weights are called ${first?.name}; please save the model again.`);
        }
        this.#byLayer.set(layer, weights);
      }
    }
  }

  #put(layer: string, weights: OwnWeights): void {
    this.#byLayer.set(layer, new Map([...weights].map(([own, weight]) => [own, { ...weight, name: `${layer}/${own}` }])));
  }

  of(layer: string): ReadonlyMap<string, WeightValues> {
    return this.#byLayer.get(layer) ?? new Map();
  }

  /** Gives the layer these weights in place of its own. */
  replace(layer: string, weights: Readonly<Record<string, Float32Array>>): void {
    this.#isReplaced = true;
    const own = Object.entries(weights).map(([name, values]): [string, WeightValues] => [name, { name, shape: [values.length], values }]);
    this.#put(layer, new Map(own));
  }

  /** The artifacts with another topology, and these weights. */
  artifactsWith(topology: ModelArtifacts['topology']): ModelArtifacts {
    const all = [...this.#byLayer.values()].flatMap((weights) => [...weights.values()]);
    if (this.#isReplaced) return packArtifacts(topology, all);
    const names = new Map(all.map(({ place, name }) => [place, name]));
    const weights = this.#artifacts.weights.map(({ name, shape }, place) => ({ name: names.get(place) ?? name, shape }));
    return { topology, weights, data: this.#artifacts.data };
  }
}
