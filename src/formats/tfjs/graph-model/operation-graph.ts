/** A graph of TensorFlow's nodes as one of ONNX's operations. */
import { AppError } from '../../../core/app-error.ts';
import { faultOf } from '../../fault.ts';
import { layoutsOf } from '../../graph/image-input.ts';
import { NodeWriter } from '../../graph/nhwc/node-writer.ts';
import type { Constant } from '../../graph/nodes/constant.ts';
import type { GraphInput, ImageLayout, OperationGraph } from '../../graph/nodes/graph.ts';
import { Unsupported } from '../../layers/layer-rule.ts';
import type { GraphDef } from './graph-def.ts';
import { isConvolution, type Waiting, waitingConvolution, withBias, withDilation, writeConvolution } from './operations/convolutions.ts';
import { translationOf } from './operations/translations.ts';
import { nodeNamed, type TensorFlowNode } from './tensorflow-node.ts';

/** The version of ONNX's operations that nodes are written down in. */
const OPSET = 18;

const ADDING: ReadonlySet<string> = new Set(['Add', 'AddV2', 'BiasAdd']);

const WITHOUT_TRANSLATION: ReadonlySet<string> = new Set([
  'Const',
  'Placeholder',
  'PlaceholderWithDefault',
  'NoOp',
  'SpaceToBatchND',
  'BatchToSpaceND',
]);

export function isRead(node: TensorFlowNode): boolean {
  return isConvolution(node) || translationOf(node.op) !== undefined || WITHOUT_TRANSLATION.has(node.op);
}

/** TensorFlow's graphs have channels last, but for those that were converted from elsewhere. */
function layoutOf(input: GraphInput): ImageLayout {
  const layouts = layoutsOf(input);
  const isOpen = input.shape?.[3] === null && input.shape[1] !== null;
  return layouts.includes('channels-first') && (isOpen || !layouts.includes('channels-last')) ? 'channels-first' : 'channels-last';
}

class Conversion {
  readonly #fileName: string;
  readonly #def: GraphDef;
  readonly #to: NodeWriter;
  readonly #nodes: ReadonlyMap<string, TensorFlowNode>;
  readonly #consumers = new Map<string, TensorFlowNode[]>();
  /** Convolutions that wait for their only consumer, and images that were taken apart for one, by their tensors. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #apart = new Map<string, TensorFlowNode>();
  readonly #inputs: GraphInput[] = [];
  #first: AppError | null = null;

  constructor(fileName: string, def: GraphDef, constants: ReadonlyMap<string, Constant>) {
    this.#fileName = fileName;
    this.#def = def;
    this.#nodes = new Map(def.nodes.map((node) => [node.name, node]));
    const tensors = new Set(def.nodes.flatMap(({ name, inputs }) => [name, ...inputs]));
    this.#to = new NodeWriter(constants, tensors);
    for (const node of def.nodes)
      for (const input of new Set(node.inputs)) this.#consumers.set(input, [...(this.#consumers.get(input) ?? []), node]);
  }

  run(): OperationGraph {
    for (const node of this.#def.nodes) this.#node(node);
    const { nodes, constants } = this.#to;
    // Where there are operations that are not read at all, it is better to say that.
    if (this.#first && this.#def.nodes.every(isRead)) throw this.#first;
    return { nodes, constants, inputs: this.#inputs, outputs: this.#def.outputs, opset: OPSET };
  }

  #node(node: TensorFlowNode): void {
    try {
      if (node.op === 'Const') this.#constant(node);
      else if (node.op === 'Placeholder') this.#input(node);
      else if (node.op === 'PlaceholderWithDefault') this.#inputWithDefault(node);
      else if (!this.#isPartOfConvolution(node)) this.#translate(node);
    } catch (error) {
      if (error instanceof AppError) throw error;
      const what = error instanceof Unsupported ? error.message : `does not fit what goes in (${faultOf(error)}); please convert it again`;
      this.#first ??= new AppError('model-unsupported', `In ${this.#fileName} the node ${node.name} (${node.op}) ${what}.`);
      this.#unread(node);
    }
  }

  #constant(node: TensorFlowNode): void {
    if (this.#to.constantAt(node.name)) return;
    throw new AppError(
      'model-file-broken',
      `The list of weights in ${this.#fileName} lacks those of the node ${node.name}; please convert the model again.`,
    );
  }

  #input(node: TensorFlowNode): void {
    const { name } = node;
    const shape = this.#shapeOf(node) ?? [null, null, null, null];
    this.#inputs.push({ name, shape, layout: layoutOf({ name, shape }) });
  }

  #shapeOf(node: TensorFlowNode): readonly (number | null)[] | null {
    return this.#def.inputs.get(node.name)?.shape ?? node.shape('shape');
  }

  /** Images may come as such; whether it is training time is what they are mostly there for. */
  #inputWithDefault(node: TensorFlowNode): void {
    if (this.#shapeOf(node)?.length === 4) this.#input(node);
    else this.#to.add(node.title, 'Identity', [node.input(0)], {}, [node.name]);
  }

  #onlyConsumer({ name }: TensorFlowNode): TensorFlowNode | null {
    const [consumer, another] = this.#consumers.get(name) ?? [];
    return consumer && !another && !this.#def.outputs.includes(name) ? consumer : null;
  }

  /** Whether it was kept for another node, or written down with those that were kept for it. */
  #isPartOfConvolution(node: TensorFlowNode): boolean {
    const consumer = this.#onlyConsumer(node);
    if (node.op === 'SpaceToBatchND' && consumer && isConvolution(consumer) && this.#onlyConsumer(consumer)?.op === 'BatchToSpaceND') {
      this.#apart.set(node.name, node);
      return true;
    }
    const found = this.#convolutionAt(node);
    if (!found) return false;
    if (consumer && (ADDING.has(consumer.op) || consumer.op === 'BatchToSpaceND')) this.#waiting.set(node.name, found);
    else writeConvolution(node, this.#to, found);
    return true;
  }

  /** The convolution that a node is, or completes; null where it is something else. */
  #convolutionAt(node: TensorFlowNode): Waiting | null {
    if (isConvolution(node)) return waitingConvolution(node, this.#to);
    if (ADDING.has(node.op)) {
      const [first = '', second = ''] = node.inputs;
      const isFlipped = node.op !== 'BiasAdd' && !this.#waiting.has(first);
      const [x, bias] = isFlipped ? [second, first] : [first, second];
      const waiting = this.#waiting.get(x);
      const found = waiting ? withBias(node, this.#to, waiting, bias) : null;
      if (found) this.#waiting.delete(x);
      return found;
    }
    if (node.op !== 'BatchToSpaceND') return null;
    const waiting = this.#waiting.get(node.input(0));
    const apart = this.#apart.get(waiting?.parts.x ?? '');
    const found = waiting && apart ? withDilation(apart, node, this.#to, waiting) : null;
    if (found) this.#waiting.delete(node.input(0));
    return found;
  }

  #translate(node: TensorFlowNode): void {
    for (const input of node.inputs) this.#writeWaiting(input);
    const translation = translationOf(node.op);
    if (translation) translation(node, this.#to);
    else this.#unread(node);
  }

  #unread(node: TensorFlowNode): void {
    this.#to.add(node.title, node.op, node.inputs, {}, this.#usedOutputs(node), 'tf');
  }

  /** What waited for a node that does something else with it. */
  #writeWaiting(tensor: string): void {
    const waiting = this.#waiting.get(tensor);
    const node = this.#nodes.get(tensor);
    if (!waiting || !node) return;
    this.#waiting.delete(tensor);
    const apart = this.#apart.get(waiting.parts.x);
    if (apart) this.#to.add(apart.title, apart.op, apart.inputs, {}, [apart.name], 'tf');
    writeConvolution(node, this.#to, waiting);
  }

  #usedOutputs({ name }: TensorFlowNode): string[] {
    const used = [...this.#consumers.keys(), ...this.#def.outputs].filter((tensor) => nodeNamed(tensor) === name && tensor !== name);
    return [name, ...new Set(used)];
  }
}

/**
 * @param constants the weights, by the names of their nodes
 * @throws AppError naming the file and the node
 */
export function operationGraphOf(fileName: string, def: GraphDef, constants: ReadonlyMap<string, Constant>): OperationGraph {
  return new Conversion(fileName, def, constants).run();
}
