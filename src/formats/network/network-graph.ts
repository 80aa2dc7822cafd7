/**
 * Whether a network's layers fit together, and in which order tf.js calls them.
 *
 * tf.js waits for ever for a result that nothing gives. And it calls layers as soon as it can, yet finds their calls by number: where a layer
 * that is used several times can be called for the second time before the first, one call would be taken for the other, and another network
 * be computed without a word. So calls are numbered here in the order in which they will be made.
 */
import { AppError, type ErrorCode } from '../../core/app-error.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import { countsItself } from '../keras/keras-config.ts';
import type { Json } from './artifacts.ts';

/** Models that are used as layers. */
export const MODELS: ReadonlySet<string> = new Set(['Functional', 'Model', 'Sequential']);

/** NASNet-Large, the longest of Keras' own, has 1,041. Nested models count as often as they are called. */
const MAX_LAYERS = 1500;

/** A layer's result, by the number of the call that gives it. */
interface Reference {
  readonly layer: string;
  readonly call: number;
}

interface Node {
  readonly name: string;
  readonly json: JsonObject;
  readonly calls: readonly (readonly Reference[])[];
  /** How many calls there are before the first of these: an input, and a model that knows what goes in, count as called. */
  readonly before: number;
}

/** The number that each call gets, by layer and by the number that the file gives it. */
type CallNumbers = ReadonlyMap<string, number>;

function keyOf({ layer, call }: Reference): string {
  return `${call} ${layer}`;
}

function isModel(layer: JsonObject): boolean {
  return MODELS.has(String(layer.class_name));
}

/** How many results each layer gives, by its name. */
type OutputCounts = ReadonlyMap<string, number>;

/** A model used as a layer has as many results as it has outputs; every other layer that runs here has one. */
function outputCount(layer: JsonObject): number {
  const outputs = isModel(layer) ? listOfReferences(asObject(layer.config)?.output_layers) : [];
  return Math.max(1, outputs.length);
}

/** How many layers run. */
function sizeOf(kind: string, config: JsonObject): number {
  return objectsIn(config.layers).reduce((sum, layer) => {
    const calls = kind === 'Sequential' ? 1 : Math.max(1, asArray(layer.inbound_nodes).length);
    return sum + calls * (isModel(layer) ? sizeOf(String(layer.class_name), asObject(layer.config) ?? {}) : 1);
  }, 0);
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** `["name", 0, 0]` and `[["name", 0, 0]]` both occur. */
function listOfReferences(json: Json | undefined): readonly Json[] {
  const list = asArray(json);
  return typeof list[0] === 'string' ? [list] : list;
}

/** References as the file has them, with the calls' new numbers. */
function renumbered(references: readonly Json[], numbers: CallNumbers): Json {
  return references.map((reference): Json => {
    const [layer, call, ...rest] = asArray(reference);
    return [layer ?? null, numbers.get(keyOf({ layer: String(layer), call: Number(call) })) ?? null, ...rest];
  });
}

class NetworkGraph {
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  /** The configuration of a model, and of those inside it, with calls numbered as they are made. */
  renumbered(kind: string, config: JsonObject): JsonObject {
    const nodes = this.#nodes(kind, config);
    if (kind === 'Sequential') return { ...config, layers: nodes.map(({ json }) => json) };
    const numbers = this.#callNumbers(nodes);
    const outputs = new Map(nodes.map(({ name, json }) => [name, outputCount(json)]));
    const ends = ['input_layers', 'output_layers'].map((side): [string, Json] => {
      const list = listOfReferences(config[side]);
      const missing = this.#references(`the network’s list ${side}`, list, outputs).find((reference) => !numbers.has(keyOf(reference)));
      if (missing) throw this.#fault(`the network’s list ${side} names a result of the layer ${missing.layer} that is not there`);
      return [side, renumbered(list, numbers)];
    });
    const layers = nodes.map(({ json }): JsonObject => {
      const calls = asArray(json.inbound_nodes).map((call) => renumbered(asArray(call), numbers));
      return { ...json, inbound_nodes: calls };
    });
    return { ...config, layers, ...Object.fromEntries(ends) };
  }

  checkSize(kind: string, config: JsonObject): void {
    const size = sizeOf(kind, config);
    if (size > MAX_LAYERS) {
      throw this.#fault(
        `the network has ${size.toLocaleString('en')} layers`,
        `please give one of up to ${MAX_LAYERS}`,
        'model-unsupported',
      );
    }
  }

  #fault(what: string, instead = 'please save the model again', code: ErrorCode = 'model-file-broken'): AppError {
    return new AppError(code, `In ${this.#fileName} ${what}; ${instead}.`);
  }

  #nodes(kind: string, config: JsonObject): Node[] {
    const layers = objectsIn(config.layers);
    if (layers.length === 0) throw this.#fault('a model has no layers');
    const outputs = new Map(layers.map((layer) => [this.#nameOf(layer), outputCount(layer)]));
    const nodes = layers.map((layer) => this.#node(layer, kind, outputs));
    const names = nodes.map(({ name }) => name);
    const twice = names.find((name, i) => names.indexOf(name) < i);
    if (twice !== undefined) throw this.#fault(`two layers are called ${twice}`);
    return nodes;
  }

  #node(json: JsonObject, kind: string, outputs: OutputCounts): Node {
    const name = this.#nameOf(json);
    const calls = kind === 'Sequential' ? [] : this.#calls(name, json, outputs);
    if (!isModel(json)) return { name, json, calls, before: json.class_name === 'InputLayer' ? 1 : 0 };
    const config = this.renumbered(String(json.class_name), asObject(json.config) ?? {});
    return { name, json: { ...json, config }, calls, before: countsItself(json) ? 1 : 0 };
  }

  #nameOf({ name, config }: JsonObject): string {
    const own = asObject(config)?.name ?? name;
    if (typeof own !== 'string' || own === '' || (name ?? own) !== own) throw this.#fault('a layer has no name, or two');
    // tf.js looks layers up in plain objects.
    if (own in {}) throw this.#fault(`a layer is called ${own}, which means something else in JavaScript`, 'please give it another name');
    return own;
  }

  #calls(name: string, { class_name: kind, inbound_nodes: calls }: JsonObject, outputs: OutputCounts): Reference[][] {
    if (!Array.isArray(calls) || (calls.length === 0) !== (kind === 'InputLayer')) {
      throw this.#fault(`the layer ${name} does not say what it takes`);
    }
    return calls.map((call) => this.#references(`a call of the layer ${name}`, asArray(call), outputs));
  }

  #references(who: string, list: readonly Json[], outputs: OutputCounts): Reference[] {
    if (list.length === 0) throw this.#fault(`${who} is empty`);
    return list.map((json) => {
      const [layer, call, tensor] = asArray(json);
      if (typeof layer !== 'string' || !isCount(call) || !isCount(tensor))
        throw this.#fault(`${who} names something that is no layer’s result`);
      if (tensor > 0 && tensor >= (outputs.get(layer) ?? 1)) {
        const instead = 'please give a network whose layers give one each';
        throw this.#fault(`${who} names result ${tensor + 1} of the layer ${layer}`, instead, 'model-unsupported');
      }
      return { layer, call };
    });
  }

  /** Goes through the layers again and again, as tf.js does, and makes every call whose arguments are there. */
  #callNumbers(nodes: readonly Node[]): CallNumbers {
    const numbers = new Map<string, number>();
    for (const { name, before } of nodes) if (before > 0) numbers.set(keyOf({ layer: name, call: 0 }), 0);
    let waiting = nodes.flatMap(({ name, calls, before }) =>
      calls.map((takes, i) => ({ takes, gives: { layer: name, call: before + i } })),
    );
    const made = new Map(nodes.map(({ name, before }) => [name, before]));
    while (waiting.length > 0) {
      const left = waiting.filter(({ takes, gives }) => {
        if (!takes.every((reference) => numbers.has(keyOf(reference)))) return true;
        const number = made.get(gives.layer) ?? 0;
        numbers.set(keyOf(gives), number);
        made.set(gives.layer, number + 1);
        return false;
      });
      if (left.length === waiting.length) {
        const names = new Set(nodes.map(({ name }) => name));
        const stranger = left.flatMap(({ takes }) => takes).find(({ layer }) => !names.has(layer));
        throw stranger
          ? this.#fault(`a layer takes what the layer ${stranger.layer} gives, which is not there`)
          : this.#fault(`the layer ${left[0]?.gives.layer} waits for itself, or for a result that is not there`);
      }
      waiting = left;
    }
    return numbers;
  }
}

/**
 * The model's configuration as tf.js can build it.
 *
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file and the first layer that does not fit
 */
export function buildableConfig(fileName: string, kind: string, config: JsonObject): JsonObject {
  const graph = new NetworkGraph(fileName);
  graph.checkSize(kind, config);
  return graph.renumbered(kind, config);
}
