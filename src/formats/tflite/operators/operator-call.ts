/** An operator of TFLite as it is written down as nodes of a graph: what it takes and gives, its settings, and where nodes go. */
import { activation, type FunctionName } from '../../graph/nhwc/fused-activations.ts';
import type { NodeWriter, Owner } from '../../graph/nhwc/node-writer.ts';
import { type Constant, numbersOf } from '../../graph/nodes/constant.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import { sizeOfShape } from '../../network/artifacts.ts';
import type { Operator } from '../file/model.ts';
import { type Tensor, WHOLE_BOUNDS } from '../file/tensors.ts';
import type { LayerNames } from '../layer-names.ts';

/** `ActivationFunctionType` */
const FUSED: readonly (FunctionName | null)[] = [null, 'Relu', 'ReluN1To1', 'Relu6', 'Tanh'];

export interface OperatorParts {
  readonly writer: NodeWriter;
  readonly operator: Operator;
  readonly tensors: readonly Tensor[];
  /** What tensors are called in the graph, by their place. */
  readonly names: readonly string[];
  readonly layerNames: LayerNames;
}

/** Writes the nodes of an operator down. @throws Unsupported */
export type Translation = (call: OperatorCall) => void;

export class OperatorCall {
  readonly writer: NodeWriter;
  readonly operator: Operator;
  readonly #tensors: readonly Tensor[];
  readonly #names: readonly string[];
  readonly #layerNames: LayerNames;

  constructor({ writer, operator, tensors, names, layerNames }: OperatorParts) {
    this.writer = writer;
    this.operator = operator;
    this.#tensors = tensors;
    this.#names = names;
    this.#layerNames = layerNames;
  }

  /** What its layer is called. */
  get name(): string {
    return this.#layerNames.whole;
  }

  get owner(): Owner {
    return { name: this.name, output: this.output(0) };
  }

  get outputs(): readonly string[] {
    return this.operator.outputs.map((_, place) => this.output(place));
  }

  get inputs(): readonly string[] {
    return this.operator.inputs.map((_, place) => this.input(place));
  }

  /** The name of a tensor; empty for one that is left out. */
  input(place: number): string {
    return this.#names[this.operator.inputs[place] ?? -1] ?? '';
  }

  output(place: number): string {
    const name = this.#names[this.operator.outputs[place] ?? -1];
    if (name === undefined) throw new Unsupported('gives nothing; please convert the network again');
    return name;
  }

  /** @throws Unsupported where it is left out */
  taken(place: number): Tensor {
    const tensor = this.#tensors[this.operator.inputs[place] ?? -1];
    if (!tensor) throw new Unsupported('lacks an input; please convert the network again');
    return tensor;
  }

  given(place: number): Tensor {
    const tensor = this.#tensors[this.operator.outputs[place] ?? -1];
    if (!tensor) throw new Unsupported('gives nothing; please convert the network again');
    return tensor;
  }

  /** What is known before there is an image; null for what is left out or computed. */
  constant(place: number): Constant | null {
    return this.writer.constantAt(this.input(place));
  }

  /** Whole numbers that the file has to know. @throws Unsupported */
  numbers(place: number): number[] {
    const constant = this.constant(place);
    if (constant) return numbersOf(constant);
    throw new Unsupported(
      'takes settings that are computed from the image, which cannot be run here; please convert a network whose settings are fixed',
    );
  }

  whole(field: number, otherwise = 0): number {
    return this.operator.options?.whole(field, otherwise) ?? otherwise;
  }

  wholes(field: number): number[] | null {
    return this.operator.options?.wholes(field) ?? null;
  }

  byte(field: number): number {
    return this.operator.options?.byte(field) ?? 0;
  }

  flag(field: number): boolean {
    return this.operator.options?.flag(field) ?? false;
  }

  float(field: number, otherwise = 0): number {
    return this.operator.options?.float(field, otherwise) ?? otherwise;
  }

  /** A node of one result that stands for all of the operator. */
  node(kind: string, inputs: readonly string[], attributes: Parameters<NodeWriter['add']>[3] = {}): void {
    this.writer.add(this.name, kind, inputs, attributes, this.outputs.slice(0, 1));
  }

  /** Nodes, and after them the function that the operator ends in, by its field: a layer of its own. */
  withFused(field: number, write: (owner: Owner) => void): void {
    const code = this.byte(field);
    const fused = FUSED[code];
    if (fused === undefined) throw new Unsupported(`ends in the function ${code}, which is not read here; please convert it again`);
    const ending = fused ?? this.#saturation();
    if (ending === null) {
      write(this.owner);
      return;
    }
    const inner = this.writer.free(this.output(0));
    write({ name: this.#layerNames.before, output: inner });
    activation(this.writer, { name: this.#layerNames.activation, output: this.output(0) }, inner, ending);
  }

  /**
   * The function that the bounds of whole numbers stand for: where they begin at zero, whatever is less becomes zero, so that converters leave
   * a ReLU out.
   */
  #saturation(): FunctionName | null {
    const bottom = zeroAtBottom(this.given(0));
    if (bottom === null) return null;
    // Only a difference of what is not negative may be negative itself.
    const { inputs, kind } = this.operator;
    if (kind !== 'SUB' && inputs.every((place) => place < 0 || this.#isPositive(place))) return null;
    return Math.abs(bottom.top - 6) <= bottom.scale ? 'Relu6' : 'Relu';
  }

  /** Whether nothing of it can be less than zero. */
  #isPositive(place: number): boolean {
    const tensor = this.#tensors[place];
    if (!tensor) return false;
    if (!tensor.constant) return zeroAtBottom(tensor) !== null;
    // The weights of a convolution are many, and of both signs.
    return sizeOfShape(tensor.shape) <= MAX_LOOKED_AT && numbersOf(tensor.constant).every((value) => value >= 0);
  }
}

const MAX_LOOKED_AT = 4096;

/** Of a tensor of whole numbers, the least of which stands for zero: what the greatest stands for. */
function zeroAtBottom({ type, quantization }: Tensor): { readonly top: number; readonly scale: number } | null {
  const bounds = WHOLE_BOUNDS[type];
  const [scale, ...others] = quantization?.scales ?? [];
  if (!bounds || scale === undefined || others.length > 0 || quantization?.zeros[0] !== bounds[0]) return null;
  return { top: (bounds[1] - bounds[0]) * scale, scale };
}
