/**
 * Makes a network ready to be built and run: layers in an order in which they can be built, every one of them a kind that can be run here,
 * and nothing that only matters in training, such as regularisers, or how weights are drawn before the file's own take their place.
 */
import { AppError } from '../../core/app-error.ts';
import { withArticle } from '../../core/with-article.ts';
import { asArray, asObject, type JsonObject, objectsIn, withPlainNumbers } from '../json.ts';
import { layersInside, nameOfLayer, withPaths } from '../keras/layer-paths.ts';
import { LayerWeights } from '../keras/layer-weights.ts';
import type { Json, ModelArtifacts } from '../network/artifacts.ts';
import { withImageInput } from '../network/channel-side.ts';
import { checkInput } from '../network/input-shape.ts';
import { buildableConfig, MODELS } from '../network/network-graph.ts';
import { checkDataFormat, partsFor } from './inference-layers.ts';
import { plainKind } from './kind-names.ts';
import { type Part, Unsupported } from './layer-rule.ts';

function lightConfig(config: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(config).filter(([key]) => !/(_(initializer|regularizer|constraint)|^build_input_shape)$/.test(key)),
  );
}

/** The parts of a replaced layer, each called as often as the layer was. */
function chained(layer: JsonObject, name: string, parts: readonly Part[]): JsonObject[] {
  const calls = layer.inbound_nodes;
  return parts.map(({ kind, config }, i) => {
    const own = i === parts.length - 1 ? name : `${name}__${i + 1}`;
    const nodes = i === 0 ? calls : asArray(calls).map((_, call): Json => [[`${name}__${i}`, call, 0, {}]]);
    return {
      class_name: kind,
      name: own,
      config: { ...lightConfig(config), name: own },
      ...(nodes !== undefined && { inbound_nodes: nodes }),
    };
  });
}

/** @throws AppError `model-unsupported` naming the file and the layer, where a rule says that it cannot be run */
function inSentence<Result>(fileName: string, layer: string, rule: () => Result): Result {
  try {
    return rule();
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    throw new AppError('model-unsupported', `In ${fileName} the layer ${layer} ${error.message}.`);
  }
}

/** With its channels first, a network would be said to take images of as many channels as they have columns. */
function checkDataFormats(fileName: string, layers: readonly JsonObject[]): void {
  for (const layer of layers) {
    inSentence(fileName, nameOfLayer(layer), () => checkDataFormat(asObject(layer.config) ?? {}));
    checkDataFormats(fileName, layersInside(layer) ?? []);
  }
}

/** @throws AppError naming the file and the layer */
class Rewriter {
  readonly #fileName: string;
  readonly #weights: LayerWeights;

  constructor(fileName: string, weights: LayerWeights) {
    this.#fileName = fileName;
    this.#weights = weights;
  }

  layers(layers: readonly JsonObject[]): JsonObject[] {
    return layers.flatMap((layer) => this.#layer(layer));
  }

  #layer(layer: JsonObject): JsonObject[] {
    const config = asObject(layer.config) ?? {};
    const name = nameOfLayer(layer);
    const { class_name: kind } = layer;
    if (typeof kind !== 'string') {
      throw new AppError(
        'model-file-broken',
        `In ${this.#fileName} the layer ${name} does not say of which kind it is; please save the model again.`,
      );
    }
    if (MODELS.has(kind)) return [{ ...layer, config: { ...config, layers: this.layers(objectsIn(config.layers)) } }];
    const parts = inSentence(this.#fileName, name, () => partsFor({ kind: plainKind(kind), config, weights: this.#weights.of(name) }));
    for (const part of parts) if (part.weights) this.#weights.replace(name, part.weights);
    return chained(layer, name, parts);
  }
}

/**
 * @param fileName what to call the model in errors
 * @throws AppError `model-unsupported` or `model-file-broken`, naming the file and the layer
 */
export function forInference(fileName: string, artifacts: ModelArtifacts): ModelArtifacts {
  const { class_name: kind, loss } = artifacts.topology;
  if (!MODELS.has(kind)) {
    throw new AppError(
      'model-unsupported',
      `The model in ${fileName} is ${withArticle(kind)}; please give a Functional or Sequential Keras model.`,
    );
  }
  const config = withImageInput(kind, withPaths(asObject(withPlainNumbers(artifacts.topology.config)) ?? {}));
  checkDataFormats(fileName, objectsIn(config.layers));
  checkInput(fileName, { class_name: kind, config });
  const weights = new LayerWeights(fileName, artifacts, config);
  const layers = new Rewriter(fileName, weights).layers(objectsIn(config.layers));
  const buildable = buildableConfig(fileName, kind, { ...config, layers });
  const { otherNames } = artifacts;
  return {
    ...weights.artifactsWith({ class_name: kind, config: buildable, ...(loss !== undefined && { loss }) }),
    ...(otherNames && { otherNames }),
  };
}
