/** A node as it is made a layer of: what it takes, and what it writes to. */
import { Unsupported } from '../../layers/layer-rule.ts';
import type { Json } from '../../network/artifacts.ts';
import type { Constant } from '../nodes/constant.ts';
import { numbersOf } from '../nodes/constant.ts';
import type { GraphNode } from '../nodes/graph.ts';
import { type Activation, arranged, channelsLast } from './activation.ts';
import type { Config, LayerWriter } from './layer-writer.ts';

/** Channels in groups, as `[batch, groups, channels of each, rows, columns]`, or the two the other way round: no layer yet, as most are shuffled. */
export interface GroupedChannels {
  readonly kind: 'grouped';
  readonly of: Activation;
  readonly groups: number;
  readonly isSwapped: boolean;
}

export type Value = Constant | Activation | GroupedChannels;

/** @returns one value for each of the node's outputs */
export type Operation = (call: Call) => readonly Value[];

export class Call {
  readonly node: GraphNode;
  readonly opset: number;
  readonly writer: LayerWriter;
  /** What its layer is called. */
  readonly name: string;
  readonly #inputs: readonly (Value | null)[];

  constructor(node: GraphNode, inputs: readonly (Value | null)[], writer: LayerWriter, opset: number, name = node.layerName) {
    this.node = node;
    this.#inputs = inputs;
    this.writer = writer;
    this.opset = opset;
    this.name = name;
  }

  /** A step on the way to what the node gives, of a tensor of its own. */
  step(name: string, x: Value): Call {
    return new Call(this.node, [x, ...this.#inputs.slice(1)], this.writer, this.opset, `${this.name}.${name}`);
  }

  get inputs(): readonly (Value | null)[] {
    return this.#inputs;
  }

  /** A tensor that a layer gives. @throws Unsupported */
  activation(place: number): Activation {
    const value = this.#inputs[place];
    if (value?.kind === 'activation') return value;
    throw new Unsupported(
      value
        ? 'computes with weights alone where a tensor of the image is expected; please export it again'
        : 'lacks an input; please export it again',
    );
  }

  /** The same with channels last. */
  channelsLast(place: number): Activation {
    const x = this.activation(place);
    return this.arranged(x, channelsLast(x.shape.length));
  }

  arranged(x: Activation, axes: readonly number[]): Activation {
    return arranged(this.writer, x, axes, `${this.name}.permute`);
  }

  /** What the file knows the values of; null where it is left out. @throws Unsupported */
  constant(place: number): Constant | null {
    const value = this.#inputs[place];
    if (!value) return null;
    if (value.kind === 'constant') return value;
    throw new Unsupported(
      'takes weights or settings that are computed from the image, which cannot be run here; please export a network whose weights are fixed',
    );
  }

  /** Whole numbers, of an input or, as before, of an attribute; null where neither is there. */
  numbers(place: number, attribute: string): readonly number[] | null {
    const given = this.constant(place);
    return given ? numbersOf(given) : this.node.numbers(attribute);
  }

  /** A layer of this node's name that gives what it takes in the same shape, or in another. */
  layer(kind: string, x: Activation, config: Config, shape: readonly number[] = x.shape): Activation {
    return { ...x, layer: this.writer.layer(kind, this.name, [x.layer], config), shape };
  }

  function(activation: Json, x: Activation = this.activation(0)): Activation {
    return this.layer('Activation', x, { activation });
  }
}
