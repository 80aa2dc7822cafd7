/**
 * Whether a network's layers fit together, and the order in which tf.js can build them.
 *
 * tf.js goes round in circles for ever where a layer takes what nothing gives. And where a layer that is used twice can be called for the
 * second time before the first, it takes one call for the other, and computes another network without a word.
 */
import { AppError, type ErrorCode } from '../core/app-error.ts';
import type { Json } from './artifacts.ts';
import { asArray, asObject, type JsonObject, objectsIn } from './json.ts';
import { countsItself } from './keras-config.ts';

/** Models that are used as layers. */
export const MODELS: ReadonlySet<string> = new Set(['Functional', 'Model', 'Sequential']);

/** NASNet-Large, the longest of Keras' own, has 1,041. Nested models count as often as they are called. */
const MAX_LAYERS = 3000;

const WITHOUT = 'please give a network without that';

/** What one call of a layer takes. */
type Call = readonly { readonly layer: string; readonly call: number }[];

interface Node {
  readonly json: JsonObject;
  readonly name: string;
  readonly calls: readonly Call[];
  /** How many calls there are before the first of these: an input, and a model that knows what goes in, count as called. */
  readonly before: number;
}

function isModel(layer: JsonObject): boolean {
  return MODELS.has(String(layer.class_name));
}

class GraphCheck {
  readonly #fileName: string;

  constructor(fileName: string) {
    this.#fileName = fileName;
  }

  /** The layers in an order in which every layer comes after what its first call takes; those of nested models too. */
  ordered(kind: string, config: JsonObject): JsonObject[] {
    const layers = objectsIn(config.layers);
    if (layers.length === 0 || layers.length !== asArray(config.layers).length) throw this.#fault('A model has no list of layers');
    const named = new Map<string, Node>();
    for (const json of layers) {
      const name = this.#nameOf(json);
      if (named.has(name)) throw this.#fault(`Two layers are called ${name}`);
      named.set(name, this.#node(name, json, kind));
    }
    const nodes = [...named.values()];
    if (kind === 'Sequential') return nodes.map(({ json }) => json);
    const order = this.#order(named);
    this.#checkCallsInTurn(order);
    for (const side of ['input_layers', 'output_layers']) {
      for (const { layer, call } of this.#references(`The model’s list ${side}`, listOfReferences(config[side]))) {
        const node = named.get(layer);
        if (!node || call >= node.before + node.calls.length) throw this.#fault(`The model’s list ${side} names the layer ${layer}, which is not called so`);
      }
    }
    return order.map(({ json }) => json);
  }

  /** How many layers run, with nested models as often as they are called. */
  size(kind: string, config: JsonObject): number {
    return objectsIn(config.layers).reduce((sum, layer) => {
      const calls = kind === 'Sequential' ? 1 : Math.max(1, asArray(layer.inbound_nodes).length);
      return sum + calls * (isModel(layer) ? this.size(String(layer.class_name), asObject(layer.config) ?? {}) : 1);
    }, 0);
  }

  checkSize(kind: string, config: JsonObject): void {
    const size = this.size(kind, config);
    if (size > MAX_LAYERS) {
      throw this.#fault(`The network has ${size.toLocaleString('en')} layers`, `please give one of up to ${MAX_LAYERS}`, 'model-unsupported');
    }
  }

  #fault(what: string, instead = 'please save the model again', code: ErrorCode = 'model-file-broken'): AppError {
    return new AppError(code, `In ${this.#fileName} ${what.charAt(0).toLowerCase()}${what.slice(1)}; ${instead}.`);
  }

  #nameOf({ name, config }: JsonObject): string {
    const own = asObject(config)?.name ?? name;
    if (typeof own !== 'string' || own === '' || (name ?? own) !== own) throw this.#fault('A layer has no name, or two');
    // tf.js looks layers up in plain objects.
    if (own in {}) throw this.#fault(`A layer is called ${own}, which JavaScript has a meaning for`, 'please give it another name');
    return own;
  }

  #node(name: string, json: JsonObject, kind: string): Node {
    if (!isModel(json)) return { json, name, calls: this.#calls(name, json, kind), before: json.class_name === 'InputLayer' ? 1 : 0 };
    const own = asObject(json.config) ?? {};
    const layers = this.ordered(String(json.class_name), own);
    return { json: { ...json, config: { ...own, layers } }, name, calls: this.#calls(name, json, kind), before: countsItself(json) ? 1 : 0 };
  }

  #calls(name: string, { inbound_nodes: calls }: JsonObject, kind: string): Call[] {
    if (kind === 'Sequential') return [];
    if (!Array.isArray(calls)) throw this.#fault(`The layer ${name} does not say what it takes`);
    return calls.map((call) => this.#references(`The layer ${name}`, call));
  }

  #references(who: string, json: Json | undefined): Call {
    const references = asArray(json).map(asArray);
    if (references.length === 0) throw this.#fault(`${who} takes nothing`);
    return references.map(([layer, call, tensor]) => {
      if (typeof layer !== 'string' || !isCount(call) || !isCount(tensor)) throw this.#fault(`${who} takes something that is no layer’s result`);
      if (tensor > 0) throw this.#fault(`${who} takes another result than the first of the layer ${layer}`, WITHOUT, 'model-unsupported');
      return { layer, call };
    });
  }

  /** The layers by when each can be called for the first time; the calls of a layer are made in turn. */
  #order(named: ReadonlyMap<string, Node>): Node[] {
    const made = callsBefore(named.values());
    const order: Node[] = [];
    const waiting = new Set(named.values());
    while (waiting.size > 0) {
      const left = waiting.size + callsLeft(waiting, made);
      for (const node of waiting) {
        const isFirst = made.get(node.name) === node.before;
        const count = makeCalls(node, made);
        if (isFirst && (count > 0 || node.calls.length === 0)) order.push(node);
        if (callsLeft([node], made) === 0) waiting.delete(node);
      }
      if (waiting.size + callsLeft(waiting, made) === left) throw this.#stuck([...waiting], named);
    }
    return order;
  }

  #stuck(waiting: readonly Node[], named: ReadonlyMap<string, Node>): AppError {
    for (const { name, calls } of waiting) {
      const missing = calls.flat().find(({ layer }) => !named.has(layer));
      if (missing) return this.#fault(`The layer ${name} takes what the layer ${missing.layer} gives, which is not there`);
    }
    return this.#fault(`The layer ${waiting[0]?.name} waits for its own result, or for a call that is not made`);
  }

  /** Goes through the layers as tf.js does, which makes every call that it can, whether or not it is the layer's next. */
  #checkCallsInTurn(order: readonly Node[]): void {
    const made = callsBefore(order);
    const left = new Map(order.map((node) => [node, node.calls]));
    while ([...left.values()].some((calls) => calls.length > 0)) {
      for (const [node, calls] of left) {
        const skipped: Call[] = [];
        for (const call of calls) {
          if (!isReady(call, made)) skipped.push(call);
          else if (skipped.length === 0) made.set(node.name, (made.get(node.name) ?? 0) + 1);
          else throw this.#fault(`The layer ${node.name} is used several times, in an order that cannot be built here`, WITHOUT, 'model-unsupported');
        }
        left.set(node, skipped);
      }
    }
  }
}

function callsBefore(nodes: Iterable<Node>): Map<string, number> {
  return new Map(Array.from(nodes, ({ name, before }) => [name, before]));
}

function callsLeft(nodes: Iterable<Node>, made: ReadonlyMap<string, number>): number {
  return Array.from(nodes).reduce((sum, { name, before, calls }) => sum + before + calls.length - (made.get(name) ?? 0), 0);
}

/** Makes the layer's next calls, as far as what they take is there. @returns how many */
function makeCalls({ name, before, calls }: Node, made: Map<string, number>): number {
  const start = made.get(name) ?? 0;
  let next = start;
  for (let call = calls[next - before]; call && isReady(call, made); call = calls[next - before]) made.set(name, ++next);
  return next - start;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function isReady(call: Call, made: ReadonlyMap<string, number>): boolean {
  return call.every((taken) => taken.call < (made.get(taken.layer) ?? 0));
}

/** `["name", 0, 0]` and `[["name", 0, 0]]` both occur. */
function listOfReferences(json: Json | undefined): Json | undefined {
  return Array.isArray(json) && typeof json[0] === 'string' ? [json] : json;
}

/**
 * The model's configuration with its layers in an order in which they can be built.
 *
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file and the first layer that does not fit
 */
export function buildableConfig(fileName: string, kind: string, config: JsonObject): JsonObject {
  const check = new GraphCheck(fileName);
  check.checkSize(kind, config);
  return { ...config, layers: check.ordered(kind, config) };
}
