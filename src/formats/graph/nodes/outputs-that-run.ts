/** Outputs of a graph that cannot be had beside others that can: classes that are counted from the scores, mostly. */
import { type GraphNode, type OperationGraph, producersIn } from './graph.ts';

/** The node that an output cannot be had for; null where there is none. */
function hindrance(output: string, producers: ReadonlyMap<string, GraphNode>, isRead: (node: GraphNode) => boolean): GraphNode | null {
  const seen = new Set<GraphNode>();
  const wanted = [output];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const node = producers.get(name);
    if (!node || seen.has(node)) continue;
    if (!isRead(node)) return node;
    seen.add(node);
    wanted.push(...node.inputs);
  }
  return null;
}

/** @returns all outputs where none of them can be run, and one sentence for each that is left out */
export function outputsThatRun(
  fileName: string,
  graph: OperationGraph,
  isRead: (node: GraphNode) => boolean,
): { readonly outputs: readonly string[]; readonly remark: string } {
  const producers = producersIn(graph);
  const hindered = graph.outputs.map((output) => ({ output, node: hindrance(output, producers, isRead) }));
  const outputs = hindered.filter(({ node }) => node === null).map(({ output }) => output);
  if (outputs.length === 0) return { outputs: graph.outputs, remark: '' };
  const leftOut = hindered.flatMap(({ output, node }) =>
    node ? [`The output ${output} of ${fileName} is left out, because its node ${node.title} cannot be run here.`] : [],
  );
  return { outputs, remark: leftOut.join(' ') };
}
