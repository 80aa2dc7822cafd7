/**
 * Builds a network call by call, and runs each call at once in float64: so a draw knows the shape that it gets, and keeps values in a range
 * where float32 numbers can be compared.
 */
import type { Draw } from '../draw.ts';
import type { Config, Dialect, Layer, Model, Operation, OtherOutput, Tensor, Values, Weight } from '../network.ts';
import { evaluateLayer } from '../reference/reference.ts';
import { snakeCase } from '../writing/keras-names.ts';

/** Values beyond this leave too few digits to those beside them. */
const MAX_VALUE = 40;
const MIN_STD = 0.02;
/** Of one activation: networks are small so that there can be many. */
const MAX_SIZE = 3000;

/** A draw that does not suit the tensor it is made for, or whose values are in no healthy range. */
export class Unsuitable extends Error {}

export interface Parts {
  readonly weights?: readonly Weight[];
  readonly inner?: Model;
  readonly operation?: Operation;
}

export function meanSquare({ data }: Values): number {
  return data.reduce((sum, value) => sum + value * value, 0) / data.length;
}

function checkHealth({ shape, data }: Values, kind: string): void {
  if (data.length > MAX_SIZE) throw new Unsuitable(`${kind} gives ${shape.join(' × ')} values`);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const std = Math.sqrt(data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length);
  const isWithinRange = data.every((value) => Math.abs(value) <= MAX_VALUE);
  if (!isWithinRange || (data.length > 1 && std < MIN_STD)) throw new Unsuitable(`${kind} gives values of no healthy range`);
}

export class Builder {
  readonly draw: Draw;
  readonly dialect: Dialect;
  /** Whether layers may only follow one another, as in a Sequential model. */
  readonly isChain: boolean;
  /** The number of the network: what is rare comes up in turn. */
  readonly turn: number;
  readonly #layers: Layer[] = [];
  /** How many layers of each kind there are, those inside other models included: Keras numbers them so. */
  readonly #counts: Map<string, number>;
  readonly #depth: number;

  constructor(draw: Draw, dialect: Dialect, isChain: boolean, turn: number, outer: Builder | null = null) {
    this.draw = draw;
    this.dialect = dialect;
    this.isChain = isChain;
    this.turn = turn;
    // A model that was trained by itself has layers of the same names as the one that it is put into.
    const isByItself = outer?.depth === 0 && draw.isOneIn(3);
    this.#counts = outer && !isByItself ? outer.#counts : new Map();
    this.#depth = outer ? outer.#depth + 1 : 0;
  }

  /** Builds a model inside this one. */
  inside(isChain: boolean): Builder {
    return new Builder(this.draw, this.dialect, isChain, this.turn, this);
  }

  /** How many models this one is inside. */
  get depth(): number {
    return this.#depth;
  }

  get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** What goes into the model. */
  input(values: Values): Tensor {
    const config = { batch_input_shape: [null, ...values.shape], sparse: false, ragged: false };
    const layer: Layer = { kind: 'InputLayer', name: this.#nameOf('Input'), config, weights: [], inner: null, operation: null, calls: [] };
    this.#layers.push(layer);
    return { layer, call: 0, values };
  }

  /** A new layer, called. @throws Unsuitable */
  apply(kind: string, config: Config, inputs: readonly Tensor[], { weights = [], inner, operation }: Parts = {}): Tensor {
    const name = this.#nameOf(inner ? 'model' : kind);
    const layer: Layer = { kind, name, config, weights, inner: inner ?? null, operation: operation ?? null, calls: [] };
    this.#layers.push(layer);
    return this.call(layer, inputs);
  }

  /** A layer of this model, called once more. @throws Unsuitable */
  call(layer: Layer, inputs: readonly Tensor[]): Tensor {
    const values = evaluateLayer(
      layer,
      inputs.map((input) => input.values),
      this.dialect,
    );
    checkHealth(values, layer.kind);
    layer.calls.push(inputs);
    return { layer, call: layer.calls.length - 1, values };
  }

  /** The result of the first of these that suits; `null` where none does. What was drawn in vain leaves no layer behind. */
  firstOf<T>(attempts: Iterable<() => T>): T | null {
    for (const attempt of attempts) {
      const count = this.#layers.length;
      const counts = new Map(this.#counts);
      try {
        return attempt();
      } catch (error) {
        if (!(error instanceof Unsuitable)) throw error;
        this.#layers.length = count;
        this.#counts.clear();
        for (const [kind, number] of counts) this.#counts.set(kind, number);
      }
    }
    return null;
  }

  /** The model that ends here. */
  model(output: Tensor, other: OtherOutput | null = null): Model {
    const { draw, isChain, dialect } = this;
    const [, first] = this.#layers;
    const isInputImplied = isChain && dialect === 'keras-2' && !first?.inner && draw.isOneIn(3);
    return { kind: isChain ? 'Sequential' : 'Functional', layers: this.#layers, output, other, isInputImplied };
  }

  #nameOf(kind: string): string {
    const base = snakeCase(kind);
    const count = this.#counts.get(base) ?? 0;
    this.#counts.set(base, count + 1);
    return count === 0 ? base : `${base}_${count}`;
  }
}
