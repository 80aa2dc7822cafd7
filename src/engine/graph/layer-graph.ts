/**
 * The network as a graph of operations, ready to be cut.
 *
 * tf.js runs a whole LayersModel at a time. To ablate one layer we must run everything up to it once, and everything after it many
 * times, whatever the branching: inside a dense block several activations are alive at once. So the model's layers are laid out here as
 * nodes in running order, nested models included, and a cut is worked out by reachability: the tail of a layer is every node that it
 * reaches; what the tail needs from outside comes from the pass that was kept.
 */
import type * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { valuesIn } from '../../formats/layers/kinds/built-layer.ts';
import { operationOf } from '../operations/layer-operation.ts';
import type { Operation } from '../operations/operation.ts';
import { factsOf, type LayerFacts, NO_FACTS } from './layer-facts.ts';

type Layer = tfl.layers.Layer;

export type NodeId = number;

export interface GraphNode extends LayerFacts {
  readonly id: NodeId;
  /** The layer's name; for layers of a nested model, `outer/inner`. */
  readonly name: string;
  /** The Keras class. */
  readonly kind: string;
  /** The nodes whose activations this one takes, in order. */
  readonly inputs: readonly NodeId[];
  /** `[null, ...]`: the activation's shape for any batch. */
  readonly shape: readonly (number | null)[];
  /** The layer that this is a call of. Null for the model's input, as its operation. */
  readonly layer: Layer | null;
  readonly operation: Operation | null;
}

/** All that runs after one layer, or after several. */
export interface Tail {
  /** The nodes whose activations are replaced. */
  readonly cuts: readonly NodeId[];
  /** In running order. */
  readonly steps: readonly NodeId[];
  /** Activations that do not depend on the cuts, but that the tail takes. */
  readonly skipInputs: readonly NodeId[];
}

export interface LayerGraph {
  /** In running order: a node's inputs come before it. */
  readonly nodes: readonly GraphNode[];
  readonly input: NodeId;
  readonly output: NodeId;
}

/** What is laid out already of a model, and of each call of a model inside it. */
interface Scope {
  readonly known: Map<tfl.SymbolicTensor, NodeId>;
  readonly inner: Map<object, Scope>;
}

/** A model used as a layer has layers of its own. */
function isNested(layer: Layer): layer is tfl.LayersModel {
  return 'layers' in layer && 'outputs' in layer;
}

/**
 * Lays out what leads from a model's single image input to one of its outputs.
 * The operations made here hold tensors of their own: free them with `disposeGraph`.
 *
 * @param outputIndex which of the model's outputs
 * @throws AppError `model-unsupported` for several inputs, or layers with several outputs.
 */
export function buildLayerGraph(model: tfl.LayersModel, outputIndex = 0): LayerGraph {
  if (model.inputs.length !== 1) {
    throw new AppError('model-unsupported', `The model has ${model.inputs.length} inputs; please give one with a single image as input.`);
  }
  const nodes: GraphNode[] = [];
  const operations = new Map<Layer, Operation>();

  function add(node: Omit<GraphNode, 'id'>): NodeId {
    nodes.push({ ...node, id: nodes.length });
    return nodes.length - 1;
  }

  /** Layers of models that come from files are called by their path already. */
  const pathOf = (prefix: string, { name }: Layer) => (name.startsWith(prefix) ? name : prefix + name);

  /** The node that computes a symbolic tensor of this (nested) model. */
  function resolve(tensor: tfl.SymbolicTensor, scope: Scope, prefix: string): NodeId {
    const { known } = scope;
    const found = known.get(tensor);
    if (found !== undefined) return found;
    const layer = tensor.sourceLayer;
    const call = layer.inboundNodes[tensor.nodeIndex];
    if (!call || (call.outputTensors.length !== 1 && !isNested(layer))) {
      throw new AppError(
        'model-unsupported',
        `The layer ${pathOf(prefix, layer)} has several outputs, which cannot be explained yet; please give a model without it.`,
      );
    }
    // A loop and no callback: browsers' workers have little room on the stack, and networks are up to a thousand layers deep.
    const inputs: NodeId[] = [];
    for (const input of call.inputTensors) inputs.push(resolve(input, scope, prefix));
    let id: NodeId;
    if (isNested(layer)) {
      const output = layer.outputs[tensor.outputTensorIndex ?? 0];
      if (!output) throw new AppError('model-unsupported', `The model ${pathOf(prefix, layer)} inside the model has no such output.`);
      // Several outputs of one call have most of their layers in common.
      const inner = scope.inner.get(call) ?? { known: new Map(layer.inputs.map((input, i) => [input, inputs[i] ?? -1])), inner: new Map() };
      scope.inner.set(call, inner);
      id = resolve(output, inner, `${pathOf(prefix, layer)}/`);
    } else {
      let operation = operations.get(layer);
      if (!operation) {
        operation = operationOf(layer, call.callArgs);
        operations.set(layer, operation);
      }
      id = add({
        name: pathOf(prefix, layer),
        kind: layer.getClassName(),
        inputs,
        shape: tensor.shape,
        ...factsOf(
          layer,
          call.inputTensors.map(({ shape }) => shape),
          tensor.shape,
        ),
        ...(operation.isInOnePass && { temporaryValues: 0 }),
        layer,
        operation,
      });
    }
    known.set(tensor, id);
    return id;
  }

  const [symbolicInput, symbolicOutput] = [model.inputs[0], model.outputs[outputIndex]];
  if (!symbolicInput || !symbolicOutput) throw new AppError('model-unsupported', 'The model has no input or no output.');
  const input = add({
    name: symbolicInput.name,
    kind: 'InputLayer',
    inputs: [],
    shape: symbolicInput.shape,
    ...NO_FACTS,
    values: valuesIn(symbolicInput.shape),
    role: 'input',
    layer: null,
    operation: null,
  });
  try {
    const output = resolve(symbolicOutput, { known: new Map([[symbolicInput, input]]), inner: new Map() }, '');
    return { nodes, input, output };
  } catch (error) {
    for (const operation of operations.values()) operation.dispose();
    throw error;
  }
}

export function disposeGraph(graph: LayerGraph): void {
  const operations = new Set(graph.nodes.flatMap(({ operation }) => operation ?? []));
  for (const operation of operations) operation.dispose();
}

/** A flag for every node: quicker than a set, where every layer of a network is looked at. @param ids the nodes that have it */
export function flagsOf({ nodes }: LayerGraph, ids: Iterable<NodeId>): Uint8Array {
  const flags = new Uint8Array(nodes.length);
  for (const id of ids) flags[id] = 1;
  return flags;
}

/** The node with this layer name; for a layer that is used several times, its last use. */
export function findNode(graph: LayerGraph, name: string): GraphNode | undefined {
  return graph.nodes.findLast((node) => node.name === name);
}

/**
 * Cuts the graph after `cut`: the tail recomputes exactly the nodes that depend on it.
 * Every node leads to the output, since the graph was laid out backwards from there.
 */
export function tailOf(graph: LayerGraph, cut: NodeId): Tail {
  const { nodes } = graph;
  const depends = flagsOf(graph, [cut]);
  const steps: NodeId[] = [];
  const skipInputs = new Set<NodeId>();
  // Loops, as this is done for every layer of a network.
  for (let id = cut + 1; id < nodes.length; id++) {
    const inputs = nodes[id]?.inputs ?? [];
    let count = 0;
    for (const input of inputs) count += depends[input] ?? 0;
    if (count === 0) continue;
    depends[id] = 1;
    steps.push(id);
    if (count < inputs.length) for (const input of inputs) if (!depends[input]) skipInputs.add(input);
  }
  return { cuts: [cut], steps, skipInputs: [...skipInputs] };
}
