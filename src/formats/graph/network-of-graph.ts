/** Makes layers of a graph's nodes, one after the other. */
import { AppError } from '../../core/app-error.ts';
import type { Size } from '../../core/images/geometry.ts';
import { faultOf } from '../fault.ts';
import { Unsupported } from '../layers/layer-rule.ts';
import { type Json, type ModelArtifacts, type ModelTopology, sizeOfShape } from '../network/artifacts.ts';
import { channelCountsOf, type Image, imageOf, onlyInput } from './image-input.ts';
import { type Activation, arranged, channelsLast, inOrder, liesAs } from './layers/activation.ts';
import { Call, type Value } from './layers/call.ts';
import { LayerWriter } from './layers/layer-writer.ts';
import type { Constant } from './nodes/constant.ts';
import { folded, ONLY_FOLDED, shapeConstant } from './nodes/constant-operations.ts';
import { type GraphInput, type GraphNode, type OperationGraph, producersIn } from './nodes/graph.ts';
import { moduleOutputs } from './nodes/module-outputs.ts';
import { operationOf } from './operations/operations.ts';
import { inGroups, shapeOfGrouped } from './operations/reshaping.ts';
import { Surroundings } from './patterns/surroundings.ts';
import { isTakenAsImage } from './taken-as-image.ts';

/** Where nothing says how large images are: the first that a network can be laid out for. */
const SIDES = [224, 299, 256, 384, 128, 96, 64, 32, 28];
/** Another size, which shows whether a network computes with its size. */
const OTHER_SIDE = 272;

export interface Network {
  readonly artifacts: ModelArtifacts;
  /** The size that it was laid out for, where it leaves that open and yet computes with it. */
  readonly chosenSize: Size | null;
}

/** More values than any tensor of a classifier has, for one image. */
const MAX_VALUES = 2 ** 28;

/** @throws Unsupported */
function checkSize({ shape }: Activation): void {
  if (shape.every((side) => Number.isSafeInteger(side) && side > 0) && sizeOfShape(shape) <= MAX_VALUES) return;
  throw new Unsupported(`gives a tensor of the shape [${shape.join(', ')}], which cannot be run here; please give a smaller network`);
}

/** Whether there is a layer for it, or constants alone decide what it gives. */
export function isRead({ domain, kind }: GraphNode): boolean {
  return domain === '' && (operationOf(kind) !== undefined || ONLY_FOLDED.has(kind));
}

/** Of tensors, which attention is made of. */
const PRODUCTS: ReadonlySet<string> = new Set(['MatMul', 'Einsum']);

/** What knows channels in groups; all others take the groups as a side. */
const TAKING_GROUPS: ReadonlySet<string> = new Set(['Reshape', 'Transpose']);

class Conversion {
  readonly #fileName: string;
  readonly #graph: OperationGraph;
  readonly #writer = new LayerWriter();
  readonly #around: Surroundings;
  readonly #values: Map<string, Value>;

  constructor(fileName: string, graph: OperationGraph) {
    this.#fileName = fileName;
    this.#graph = graph;
    this.#around = new Surroundings(graph);
    this.#values = new Map<string, Value>(graph.constants);
  }

  get writer(): LayerWriter {
    return this.#writer;
  }

  /** @param openSize of the layer that takes the image, where it leaves its size open @returns the names of the layers that it begins and ends with */
  run(input: GraphInput, { shape, axes }: Image, openSides: readonly (number | null)[]): { input: string; outputs: string[] } {
    const name = input.name.replace(/^\/+/, '') || 'input';
    const batchShape: Json = axes.map((axis) => (axis === 0 ? null : (openSides[axis] ?? null)));
    const layer = this.#writer.layer('InputLayer', name, [], { batch_input_shape: batchShape, sparse: false });
    this.#values.set(input.name, { kind: 'activation', layer, shape, axes });
    for (const node of this.#graph.nodes) this.#node(node);
    const outputs = this.#graph.outputs.map((output) => this.#output(output).layer);
    return { input: layer, outputs };
  }

  #output(name: string): Activation {
    const value = this.#values.get(name);
    if (value?.kind === 'activation') return value;
    throw new AppError(
      'model-unsupported',
      `In ${this.#fileName} the output ${name} does not depend on the image, or only counts it; please give an image classifier.`,
    );
  }

  /** The layers that give what whole modules give, by the modules' paths. */
  otherNames(): ReadonlyMap<string, string> {
    const named = [...moduleOutputs(this.#graph)].flatMap(([module, tensor]): [string, string][] => {
      const value = this.#values.get(tensor);
      return value?.kind === 'activation' ? [[module, value.layer]] : [];
    });
    return new Map(named);
  }

  #node(node: GraphNode): void {
    const inputs = node.inputs.map((input) => (input === '' ? null : (this.#values.get(input) ?? null)));
    try {
      const results = this.#results(node, inputs);
      for (const [i, output] of node.outputs.entries()) {
        const value = results[i];
        if (value?.kind === 'activation') checkSize(value);
        if (value && output !== '') this.#values.set(output, this.#upright(value, node, output));
      }
    } catch (error) {
      if (error instanceof AppError) throw error;
      const what = error instanceof Unsupported ? error.message : `does not fit what goes in (${faultOf(error)}); please export it again`;
      throw new AppError('model-unsupported', `In ${this.#fileName} the node ${node.title} ${what}.`);
    }
  }

  /** What a reshaping makes an image of has its cells at once: what acts on single values before the next convolution is a layer of cells too. */
  #upright(value: Value, node: GraphNode, output: string): Value {
    if (node.kind !== 'Reshape' || value.kind !== 'activation' || value.axes.join() !== inOrder(4).join()) return value;
    if (liesAs(value, channelsLast(4)) || !isTakenAsImage(output, this.#around)) return value;
    return arranged(this.#writer, value, channelsLast(4), `${node.layerName}.permute`);
  }

  #results(node: GraphNode, inputs: readonly (Value | null)[]): readonly Value[] {
    const [first] = inputs;
    if ((node.kind === 'Shape' || node.kind === 'Size') && first)
      return [shapeConstant(node, first.kind === 'grouped' ? shapeOfGrouped(first) : first.shape)];
    if (inputs.every((value): value is Constant | null => value === null || value.kind === 'constant')) {
      const value = folded(node, inputs);
      if (value) return [value];
    }
    const operation = node.domain === '' ? operationOf(node.kind) : undefined;
    if (!operation) throw this.#unknown(node, (other) => other.kind === node.kind && other.domain === node.domain);
    const call = new Call(node, inputs, this.#writer, this.#graph.opset);
    if (TAKING_GROUPS.has(node.kind)) return operation(call);
    const given = inputs.map((value) => (value?.kind === 'grouped' ? inGroups(call, value) : value));
    return operation(new Call(node, given, this.#writer, this.#graph.opset));
  }

  #unknown(first: GraphNode, isAffected: (node: GraphNode) => boolean): AppError {
    const { nodes } = this.#graph;
    const count = nodes.filter(isAffected).length;
    const kind = first.domain === '' ? first.kind : `${first.domain}.${first.kind}`;
    const whose = `${first.name || first.outputs[0]} (${kind})`;
    const advice = this.#graph.functions?.has(kind)
      ? 'the file defines that itself: please write such functions out first, by onnx.inliner.inline_local_functions'
      : 'please give a convolutional network of other operations';
    return new AppError(
      'model-unsupported',
      `In ${this.#fileName} ${count} of ${nodes.length} nodes cannot be run here, the first of which is ${whose}; ${advice}.`,
    );
  }

  /** @throws AppError naming the first node of a kind that is not read here, and how many there are */
  checkKinds(): void {
    const producers = producersIn(this.#graph);
    const attention = this.#graph.nodes.find(
      ({ kind, inputs }) => PRODUCTS.has(kind) && inputs.some((input) => producers.get(input)?.kind === 'Softmax'),
    );
    if (attention) {
      throw new AppError(
        'model-unsupported',
        `The network in ${this.#fileName} is a transformer (its node ${attention.title} is a part of attention), which cannot be explained here; please give a convolutional network.`,
      );
    }
    const first = this.#graph.nodes.find((node) => !isRead(node));
    if (first) throw this.#unknown(first, (node) => !isRead(node));
  }
}

/** @throws AppError what is wrong for the first of them, where none fits */
function firstFitting<Result>(numbers: readonly number[], convert: (number: number) => Result): Result {
  let first: unknown = null;
  for (const number of numbers) {
    try {
      return convert(number);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      first ??= error;
    }
  }
  throw first;
}

/** Whether a network of another size is the same; one that cannot be laid out for it is not. */
function isSame(topology: ModelTopology, other: () => ModelTopology): boolean {
  try {
    return JSON.stringify(other()) === JSON.stringify(topology);
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}

/**
 * @param graph after the passes, in running order
 * @throws AppError naming the file and the node
 */
export function networkOfGraph(fileName: string, graph: OperationGraph, onStep: () => void): Network {
  const input = onlyInput(fileName, graph);
  const convert = (side: number, isOpen: boolean, count: number) => {
    const image = imageOf(input, side, count);
    if (!image)
      throw new AppError(
        'model-unsupported',
        input.shape
          ? `The network in ${fileName} takes no images, but a tensor of ${input.shape.length} sides; please give an image classifier.`
          : `The file ${fileName} does not say the shape of what its network takes (${input.name}); please export it with the shape of its images.`,
      );
    const conversion = new Conversion(fileName, graph);
    conversion.checkKinds();
    const channels = image.axes[3] ?? 1;
    const sides = isOpen
      ? (input.shape ?? []).map((length, axis) => (axis === channels ? (image.shape[axis] ?? null) : length))
      : image.shape;
    const ends = conversion.run(input, image, sides);
    return { conversion, topology: conversion.writer.topology(ends.input, ends.outputs), image, side, count };
  };
  const isOpen = imageOf(input, 1)?.shape.join() !== imageOf(input, 2)?.shape.join();
  const sides = SIDES.slice(0, isOpen ? SIDES.length : 1);
  const found = firstFitting(channelCountsOf(input), (count) => firstFitting(sides, (side) => convert(side, isOpen, count)));
  const isFree = !isOpen || isSame(found.topology, () => convert(OTHER_SIDE, true, found.count).topology);
  const { conversion, topology, image } = isFree ? found : convert(found.side, false, found.count);
  const [, rows = 1, columns = 1] = image.axes.map((axis) => image.shape[axis] ?? 1);
  const otherNames = conversion.otherNames();
  return {
    artifacts: { ...conversion.writer.artifacts(topology, onStep), ...(otherNames.size > 0 && { otherNames }) },
    chosenSize: isFree ? null : { width: columns, height: rows },
  };
}
