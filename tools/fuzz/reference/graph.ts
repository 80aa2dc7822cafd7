/**
 * A drawn network laid out as calls in running order, models inside it included, for what explanations need of it: every activation, and the
 * logits after an activation was changed.
 */
import type { Dialect, DrawnNetwork, Layer, Model, Tensor, Values } from '../network.ts';
import { evaluateLayer, hasActivation, type Part } from './reference.ts';

export interface Node {
  /** As the engine names layers: those inside a model after it, `outer/inner`. Empty for what no layer gives by itself. */
  readonly name: string;
  readonly layer: Layer;
  /** An activation is a node of its own, so that what goes into it can be changed. */
  readonly part: Part;
  /** Null takes the image. */
  readonly inputs: readonly (number | null)[];
}

/** Calls in the order in which the engine lays them out: each after what it takes, in the order in which it takes them. */
function nodesOf({ model, scoring }: DrawnNetwork): Node[] {
  const nodes: Node[] = [];
  const add = (name: string, layer: Layer, inputs: Node['inputs']): number => {
    // What makes probabilities of the scores is taken off.
    if (layer === scoring) return nodes.push({ name, layer, inputs, part: 'without-activation' }) - 1;
    if (!hasActivation(layer)) return nodes.push({ name, layer, inputs, part: 'whole' }) - 1;
    const before = nodes.push({ name: '', layer, inputs, part: 'without-activation' }) - 1;
    return nodes.push({ name, layer, inputs: [before], part: 'activation' }) - 1;
  };
  const layOut = ({ layers, output }: Model, input: number | null, prefix: string): number | null => {
    const known = new Map<string, number | null>();
    const resolve = ({ layer, call }: Tensor): number | null => {
      if (layer === layers[0]) return input;
      const key = `${call} ${layer.name}`;
      const found = known.get(key);
      if (found !== undefined) return found;
      const inputs = (layer.calls[call] ?? []).map(resolve);
      let place: number | null;
      if (layer.inner) place = layOut(layer.inner, inputs[0] ?? null, `${prefix}${layer.name}/`);
      else place = add(prefix + layer.name, layer, inputs);
      known.set(key, place);
      return place;
    };
    return resolve(output);
  };
  layOut(model, null, '');
  return nodes;
}

/** After these, rows and columns may be others than the image's, and the engine refuses layers rather than guess. */
const LAY_ANEW: ReadonlySet<string> = new Set(['Permute', 'Reshape']);

/** Says what takes the place of a node's result. */
export type Change = (node: number, values: Values) => Values;

const UNCHANGED: Change = (_node, values) => values;

export class ReferenceGraph {
  readonly nodes: readonly Node[];
  readonly #dialect: Dialect;
  /** What the network is given. */
  readonly image: Values;
  /** The number of the output that is asked about; null: the only one. */
  readonly output: number | null;

  constructor(network: DrawnNetwork, image: Values) {
    this.nodes = nodesOf(network);
    this.#dialect = network.dialect;
    this.image = image;
    const { other } = network.model;
    this.output = other && Number(other.isFirst);
  }

  /** The number of the node that the engine takes a layer's name for: its last call. */
  find(name: string): number {
    return this.nodes.findLastIndex((node) => node.name === name);
  }

  /** The nodes whose activations were laid out anew on the way from the image. */
  laidAnew(): Set<number> {
    const found = new Set<number>();
    for (const [i, { layer, inputs }] of this.nodes.entries())
      if (LAY_ANEW.has(layer.kind) || inputs.some((input) => input !== null && found.has(input))) found.add(i);
    return found;
  }

  #evaluate(node: number, activations: readonly Values[]): Values {
    const { layer, inputs, part } = this.nodes[node] as Node;
    const taken = inputs.map((input) => (input === null ? this.image : (activations[input] as Values)));
    return evaluateLayer(layer, taken, this.#dialect, part);
  }

  /** What every node gives; the last one gives the logits. */
  run(change: Change = UNCHANGED): Values[] {
    const activations: Values[] = [];
    for (const node of this.nodes.keys()) activations.push(change(node, this.#evaluate(node, activations)));
    return activations;
  }

  /** Which nodes depend on this one. */
  #tailOf(cut: number): number[] {
    const depending = new Set([cut]);
    for (const [i, { inputs }] of this.nodes.entries()) {
      if (i > cut && inputs.some((input) => input !== null && depending.has(input))) depending.add(i);
    }
    depending.delete(cut);
    return [...depending];
  }

  /**
   * The logits as a function of one node's activation.
   *
   * @param kept what every node gave (see `run`)
   */
  tail(cut: number, kept: readonly Values[], change: Change = UNCHANGED): (activation: Values) => Float64Array {
    const steps = this.#tailOf(cut);
    return (activation) => {
      const activations = [...kept];
      activations[cut] = activation;
      for (const step of steps) activations[step] = change(step, this.#evaluate(step, activations));
      return (activations.at(-1) as Values).data;
    };
  }
}
