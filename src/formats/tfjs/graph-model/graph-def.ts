/** What a graph-model says of its network: nodes, what goes in, and what comes out. */
import { AppError } from '../../../core/app-error.ts';
import { faultOf } from '../../fault.ts';
import { GraphNode } from '../../graph/nodes/graph.ts';
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

/** The node that an output cannot be had for; null where there is none. */
function hindrance(
  output: string,
  nodes: ReadonlyMap<string, TensorFlowNode>,
  isRead: (node: TensorFlowNode) => boolean,
): TensorFlowNode | null {
  const seen = new Set<string>();
  const wanted = [nodeNamed(output)];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const node = nodes.get(name);
    if (!node || seen.has(name)) continue;
    if (!isRead(node)) return node;
    seen.add(name);
    wanted.push(...node.inputs.map(nodeNamed));
  }
  return null;
}

/**
 * The graph of those outputs that can be run, where others cannot: classes that are counted from the scores, mostly.
 *
 * @returns with one sentence for each that is left out
 */
export function withOutputsThatRun(
  fileName: string,
  def: GraphDef,
  isRead: (node: TensorFlowNode) => boolean,
): { def: GraphDef; remark: string } {
  const byName = new Map(def.nodes.map((node) => [node.name, node]));
  const hindered = def.outputs.map((output) => [output, hindrance(output, byName, isRead)] as const);
  const outputs = hindered.filter(([, node]) => node === null).map(([output]) => output);
  if (outputs.length === 0 || outputs.length === def.outputs.length) return { def, remark: '' };
  const plain = def.nodes.map(plainNode);
  const used = new Set(withoutUnused({ ...EMPTY, nodes: plain, outputs: outputs.map(nodeNamed) }).nodes.map(({ name }) => name));
  const remark = hindered.flatMap(([output, node]) =>
    node ? [`The output ${output} of ${fileName} is left out, because its node ${node.name} (${node.op}) cannot be run here.`] : [],
  );
  return { def: { ...def, outputs, nodes: def.nodes.filter(({ name }) => used.has(name)) }, remark: remark.join(' ') };
}

/** Whether the JSON holds a graph of TensorFlow's nodes, and no layers. */
export function isGraphModel(json: JsonObject | null): boolean {
  const topology = asObject(json?.modelTopology);
  return json?.format === 'graph-model' || Array.isArray(topology?.node);
}
