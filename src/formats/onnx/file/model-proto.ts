/** `ModelProto` and what is in it, field by field. https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
import { AppError } from '../../../core/app-error.ts';
import { faultOf } from '../../fault.ts';
import type { Constant } from '../../graph/nodes/constant.ts';
import { type AttributeValue, type GraphInput, GraphNode, type ImageLayout, type OperationGraph } from '../../graph/nodes/graph.ts';
import { Message } from '../../protobuf/message.ts';
import { withPlainSqueezes } from './conditional-squeeze.ts';
import { type ExternalBytes, externalPath } from './external-data.ts';
import { moduleOf, SCOPES } from './module-scope.ts';
import { constantOf, tensorName } from './tensor-values.ts';

/** `ModelProto` */
const MODEL = { irVersion: 1, producer: 2, graph: 7, opsets: 8, metadata: 14, functions: 25 } as const;
/** `FunctionProto` */
const FUNCTION = { name: 1, domain: 10 } as const;
/** `OperatorSetIdProto` */
const OPSET = { domain: 1, version: 2 } as const;
/** `StringStringEntryProto` */
const ENTRY = { key: 1, value: 2 } as const;
/** `GraphProto` */
const GRAPH = { nodes: 1, initializers: 5, inputs: 11, outputs: 12, sparseInitializers: 15 } as const;
/** `NodeProto` */
const NODE = { inputs: 1, outputs: 2, name: 3, kind: 4, attributes: 5, domain: 7, metadata: 9 } as const;
/** `AttributeProto` */
const ATTRIBUTE = { name: 1, float: 2, whole: 3, text: 4, tensor: 5, graph: 6, floats: 7, wholes: 8, type: 20 } as const;
/** `AttributeProto.AttributeType` */
const TYPE = { float: 1, whole: 2, text: 3, tensor: 4, floats: 6, wholes: 7 } as const;

const OLDEST_OPSET = 7;
/** Later ones have changed nothing about the operations that are read here but the types of numbers that they take. */
const NEWEST_OPSET = 24;

export interface OnnxModel {
  readonly graph: OperationGraph;
  /** What wrote it, such as `pytorch`. */
  readonly producer: string;
  /** What the exporter noted, by its name. */
  readonly metadata: ReadonlyMap<string, string>;
}

function broken(fileName: string, what: string): AppError {
  return new AppError('model-file-broken', `The file ${fileName} ${what}; please export it again.`);
}

/** @throws AppError `model-file-broken` where the bytes are no model of ONNX */
function modelMessage(fileName: string, bytes: Uint8Array): { model: Message; graph: Message } {
  try {
    const model = new Message(bytes);
    const graph = model.message(MODEL.graph);
    if (graph && model.number(MODEL.irVersion) !== null) return { model, graph };
  } catch (error) {
    throw broken(fileName, `is no ONNX file, or is cut short (${faultOf(error)})`);
  }
  throw broken(fileName, 'is no ONNX file: it holds no graph');
}

/** The files beside it that its tensors lie in. */
export function externalPaths(bytes: Uint8Array): string[] {
  try {
    const tensors = new Message(bytes).message(MODEL.graph)?.messages(GRAPH.initializers) ?? [];
    return [...new Set(tensors.flatMap((tensor) => externalPath(tensor) ?? []))];
  } catch {
    // What is wrong with it is said once it is read.
    return [];
  }
}

function opsetOf(fileName: string, model: Message): number {
  const own = model.messages(MODEL.opsets).find((opset) => ['', 'ai.onnx'].includes(opset.text(OPSET.domain) ?? ''));
  const version = own?.number(OPSET.version) ?? 1;
  if (version >= OLDEST_OPSET && version <= NEWEST_OPSET) return version;
  throw new AppError(
    'model-unsupported',
    `The file ${fileName} is written in opset ${version} of ONNX, and those from ${OLDEST_OPSET} to ${NEWEST_OPSET} are read here; please export it with another one.`,
  );
}

/** Undefined for what no operation that is read here has, such as a graph inside of it. */
function attributeOf(message: Message, external: ExternalBytes): AttributeValue | undefined {
  const has = (field: number) => message.has(field);
  switch (message.number(ATTRIBUTE.type)) {
    case TYPE.float:
      return message.floats(ATTRIBUTE.float).at(-1) ?? 0;
    case TYPE.whole:
      return message.numbers(ATTRIBUTE.whole).at(-1) ?? 0;
    case TYPE.text:
      return message.text(ATTRIBUTE.text) ?? '';
    case TYPE.floats:
      return message.floats(ATTRIBUTE.floats);
    case TYPE.wholes:
      return message.numbers(ATTRIBUTE.wholes);
    case TYPE.tensor: {
      const tensor = message.message(ATTRIBUTE.tensor);
      return tensor ? constantOf(tensor, external) : undefined;
    }
    case null:
      // Files of the first versions do not say the type.
      if (has(ATTRIBUTE.wholes)) return message.numbers(ATTRIBUTE.wholes);
      if (has(ATTRIBUTE.floats)) return message.floats(ATTRIBUTE.floats);
      if (has(ATTRIBUTE.float)) return message.floats(ATTRIBUTE.float).at(-1);
      if (has(ATTRIBUTE.whole)) return message.numbers(ATTRIBUTE.whole).at(-1);
      return message.text(ATTRIBUTE.text) ?? undefined;
    default:
      return undefined;
  }
}

/** `StringStringEntryProto`, as a map. */
function entriesOf(messages: readonly Message[]): Map<string, string> {
  return new Map(messages.map((entry) => [entry.text(ENTRY.key) ?? '', entry.text(ENTRY.value) ?? '']));
}

function nodeOf(fileName: string, message: Message, external: ExternalBytes): GraphNode {
  const name = message.text(NODE.name) ?? '';
  const kind = message.text(NODE.kind) ?? '';
  const outputs = message.texts(NODE.outputs);
  const attributes = message.messages(NODE.attributes).flatMap((attribute) => {
    try {
      const value = attributeOf(attribute, external);
      return value === undefined ? [] : [[attribute.text(ATTRIBUTE.name) ?? '', value] as const];
    } catch (error) {
      if (error instanceof AppError) throw error;
      const whose = name || outputs[0] || kind;
      throw broken(fileName, `has a node ${whose} whose attribute ${attribute.text(ATTRIBUTE.name)} ${faultOf(error)}`);
    }
  });
  const domain = message.text(NODE.domain) ?? '';
  return new GraphNode({
    name,
    kind,
    domain: domain === 'ai.onnx' ? '' : domain,
    inputs: message.texts(NODE.inputs),
    outputs,
    attributes: new Map(attributes),
    ...moduleOf(name, entriesOf(message.messages(NODE.metadata)).get(SCOPES)),
  });
}

/** Of `TensorShapeProto.Dimension`. */
const DIMENSION = { length: 1, denotation: 3 } as const;

/** Types that hold the values of an image as they are: from 0 to 255. */
const HOLDING_BYTES: ReadonlySet<number | null | undefined> = new Set([2, 4, 5, 6, 7, 12, 13]);

/** `ValueInfoProto`, `TypeProto`, `TypeProto.Tensor` and `TensorShapeProto`. */
function inputOf(message: Message): GraphInput {
  const tensor = message.message(2)?.message(1);
  const dims = tensor?.message(2)?.messages(1);
  const sides = dims?.map((dim) => {
    const side = dim.numbers(DIMENSION.length).at(-1) ?? 0;
    // Exporters write 0 or -1 for a side that they leave open.
    return side > 0 ? side : null;
  });
  const channels = dims?.findIndex((dim) => dim.text(DIMENSION.denotation) === 'DATA_CHANNEL');
  const layout: ImageLayout | null = channels === 1 ? 'channels-first' : channels === 3 ? 'channels-last' : null;
  const isWhole = HOLDING_BYTES.has(tensor?.number(1));
  return { name: message.text(1) ?? '', shape: sides ?? null, ...(layout && { layout }), ...(isWhole && { isWhole }) };
}

function constantsIn(fileName: string, graph: Message, external: ExternalBytes): Map<string, Constant> {
  if (graph.has(GRAPH.sparseInitializers))
    throw new AppError(
      'model-unsupported',
      `The file ${fileName} holds sparse weights, which are not read here; please export dense ones.`,
    );
  const constants = new Map<string, Constant>();
  for (const tensor of graph.messages(GRAPH.initializers)) {
    const name = tensorName(tensor);
    try {
      constants.set(name, constantOf(tensor, external));
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw broken(fileName, `has a tensor ${name} that ${faultOf(error)}`);
    }
  }
  return constants;
}

/** @throws AppError naming the file, and the node or the tensor that is wrong */
export function readOnnx(fileName: string, bytes: Uint8Array, external: ExternalBytes): OnnxModel {
  const { model, graph } = modelMessage(fileName, bytes);
  const opset = opsetOf(fileName, model);
  try {
    const constants = constantsIn(fileName, graph, external);
    const inputs = graph.messages(GRAPH.inputs).map(inputOf);
    const messages = graph.messages(GRAPH.nodes);
    const nodesOf = (all: readonly Message[]) => all.map((node) => nodeOf(fileName, node, external));
    const branchOf = (place: number, name: string) =>
      nodesOf(
        messages[place]
          ?.messages(NODE.attributes)
          .find((own) => own.text(ATTRIBUTE.name) === name)
          ?.message(ATTRIBUTE.graph)
          ?.messages(GRAPH.nodes) ?? [],
      );
    const whole: OperationGraph = {
      nodes: nodesOf(messages),
      constants,
      // Old files list weights among the inputs.
      inputs: inputs.filter(({ name }) => !constants.has(name)),
      outputs: graph.messages(GRAPH.outputs).map((output) => output.text(1) ?? ''),
      opset,
      functions: new Set(
        model.messages(MODEL.functions).map((own) => `${own.text(FUNCTION.domain) ?? ''}.${own.text(FUNCTION.name) ?? ''}`),
      ),
    };
    return {
      graph: withPlainSqueezes(whole, (place) => ({ whenTrue: branchOf(place, 'then_branch'), whenFalse: branchOf(place, 'else_branch') })),
      producer: model.text(MODEL.producer) ?? '',
      metadata: entriesOf(model.messages(MODEL.metadata)),
    };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw broken(fileName, `is damaged or cut short (${faultOf(error)})`);
  }
}
