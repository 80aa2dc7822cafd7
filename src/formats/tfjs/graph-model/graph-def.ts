/** What a graph-model says of its network: nodes, what goes in, and what comes out. */
import { AppError } from '../../../core/app-error.ts';
import { faultOf } from '../../fault.ts';
import { GraphNode } from '../../graph/nodes/graph.ts';
import { outputsThatRun } from '../../graph/nodes/outputs-that-run.ts';
import { inRunningOrder, withoutUnused } from '../../graph/nodes/passes.ts';
import { asObject, type JsonObject, objectsIn } from '../../json.ts';
import { sharedScopes } from './layer-names.ts';
import { nodeNamed, sidesOf, TensorFlowNode, tensorNamed } from './tensorflow-node.ts';

/** A tensor of the signature. */
interface Signed {
  readonly name: string;
  readonly shape: readonly (number | null)[] | null;
}

export interface GraphDef {
  /** In running order, and without those that lead to no output. */
  readonly nodes: readonly TensorFlowNode[];
  /** By the names of their tensors. */
  readonly inputs: ReadonlyMap<string, Signed>;
  readonly outputs: readonly string[];
}

function signedIn(json: JsonObject | null): Signed[] {
  return Object.values(json ?? {}).flatMap((value): Signed[] => {
    const tensor = asObject(value);
    const { name, tensorShape } = tensor ?? {};
    return typeof name === 'string' && name !== '' ? [{ name: tensorNamed(name), shape: sidesOf(asObject(tensorShape)) }] : [];
  });
}

const WITHOUT_LAYERS: ReadonlySet<string> = new Set(['Const', 'Identity', 'IdentityN', 'NoOp', 'Placeholder', 'PlaceholderWithDefault']);

/** Names of nodes that nobody takes anything from. */
function ends(nodes: readonly TensorFlowNode[]): string[] {
  const taken = new Set(nodes.flatMap(({ inputs }) => inputs.map(nodeNamed)));
  return nodes.filter(({ name, op }) => !taken.has(name) && (op.startsWith('Identity') || !WITHOUT_LAYERS.has(op))).map(({ name }) => name);
}

/** What decides while a network runs which of its nodes run, and how often. */
const FLOW =
  /^(Enter|Exit|Merge|Switch|NextIteration|LoopCond|(Stateless)?(While|If|Case)|(Stateful)?PartitionedCall|TensorArray.*|TensorList.*)$/;

function checkFlow(fileName: string, nodes: readonly GraphNode[]): void {
  const first = nodes.find(({ kind }) => FLOW.test(kind));
  if (!first) return;
  throw new AppError(
    'model-unsupported',
    `The network in ${fileName} repeats or chooses parts of itself while it runs (its node ${first.title}), which cannot be run here; please give an image classifier without loops, conditions and calls.`,
  );
}

/** To be put in order, by nothing but names. */
function plainNode({ name, op, inputs }: TensorFlowNode): GraphNode {
  return new GraphNode({ name, kind: op, domain: 'tf', inputs: inputs.map(nodeNamed), outputs: [name], attributes: new Map() });
}

const EMPTY = { constants: new Map(), inputs: [], opset: 0 } as const;

function ordered(fileName: string, nodes: readonly TensorFlowNode[], outputs: readonly string[]): TensorFlowNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const twice = nodes.find((node) => byName.get(node.name) !== node);
  if (twice) throw new Error(`it has two nodes that are called ${twice.name}`);
  const missing = outputs.find((output) => !byName.has(nodeNamed(output)));
  if (missing !== undefined) throw new Error(`it gives the tensor ${missing}, and has no node of that name`);
  const reached = withoutUnused({ ...EMPTY, nodes: nodes.map(plainNode), outputs: outputs.map(nodeNamed) });
  checkFlow(fileName, reached.nodes);
  const used = inRunningOrder(reached).nodes.flatMap(({ name }) => byName.get(name) ?? []);
  const scopes = sharedScopes(used.filter(({ op }) => !WITHOUT_LAYERS.has(op)).map(({ name }) => name));
  return used.map((node) => node.without(scopes));
}

/** @throws AppError `model-file-broken`, naming the file */
export function graphDefOf(fileName: string, json: JsonObject): GraphDef {
  const signature = asObject(asObject(json.userDefinedMetadata)?.signature) ?? asObject(json.signature);
  try {
    const nodes = objectsIn(asObject(json.modelTopology)?.node).map((node) => new TensorFlowNode(node));
    if (nodes.length === 0) throw new Error('it has no nodes');
    const signed = signedIn(asObject(signature?.outputs)).map(({ name }) => name);
    const outputs = signed.length > 0 ? [...new Set(signed)] : ends(nodes);
    const inputs = new Map(signedIn(asObject(signature?.inputs)).map((input) => [input.name, input]));
    return { nodes: ordered(fileName, nodes, outputs), inputs, outputs };
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('model-file-broken', `The graph in ${fileName} is broken (${faultOf(error)}); please convert the model again.`);
  }
}

/**
 * The graph of those outputs that can be run, where others cannot.
 *
 * @returns with one sentence for each that is left out
 */
export function withOutputsThatRun(
  fileName: string,
  def: GraphDef,
  isRead: (node: TensorFlowNode) => boolean,
): { def: GraphDef; remark: string } {
  const unread = new Set(def.nodes.filter((node) => !isRead(node)).map(({ name }) => name));
  const given = new Map(def.outputs.map((output) => [nodeNamed(output), output]));
  const plain = { ...EMPTY, nodes: def.nodes.map(plainNode), outputs: [...given.keys()] };
  const { outputs, remark } = outputsThatRun(fileName, plain, ({ name }) => !unread.has(name));
  if (remark === '') return { def, remark };
  const used = new Set(withoutUnused({ ...plain, outputs }).nodes.map(({ name }) => name));
  const nodes = def.nodes.filter(({ name }) => used.has(name));
  return { def: { ...def, nodes, outputs: outputs.flatMap((name) => given.get(name) ?? []) }, remark };
}

/** Whether the JSON holds a graph of TensorFlow's nodes, and no layers. */
export function isGraphModel(json: JsonObject | null): boolean {
  const topology = asObject(json?.modelTopology);
  return json?.format === 'graph-model' || Array.isArray(topology?.node);
}
