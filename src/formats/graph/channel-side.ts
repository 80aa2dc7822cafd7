/** Grey images that are given without a side for their channel, which the graph adds itself: `[batch, rows, columns]`. */
import { numbersOf, singleOf } from './nodes/constant.ts';
import type { GraphNode, ImageLayout, OperationGraph } from './nodes/graph.ts';
import { Surroundings } from './patterns/surroundings.ts';

/** What acts on each value by itself, whatever sides there are. */
const VALUE_BY_VALUE: ReadonlySet<string> = new Set(['Add', 'Cast', 'Div', 'Mul', 'Sub']);

/** Where a node puts a side of one channel; null for one that does anything else. */
function addedSide(node: GraphNode, sides: readonly (number | null)[], { constants }: OperationGraph): ImageLayout | null {
  const [, list = ''] = node.inputs;
  const given = constants.get(list);
  const numbers = given ? numbersOf(given) : (node.numbers('axes') ?? node.numbers('shape') ?? []);
  if (node.kind === 'Unsqueeze') {
    const [axis, ...others] = numbers;
    if (others.length > 0) return null;
    return axis === 3 || axis === -1 ? 'channels-last' : axis === 1 || axis === -3 ? 'channels-first' : null;
  }
  if (node.kind !== 'Reshape' || numbers.length !== 4) return null;
  const [, rows = null, columns = null] = sides;
  const fits = (places: readonly [number, number]) =>
    [rows, columns].every((side, i) => side !== null && (numbers[places[i] ?? 0] === side || numbers[places[i] ?? 0] === -1));
  if (numbers[3] === 1 && fits([1, 2])) return 'channels-last';
  return numbers[1] === 1 && fits([2, 3]) ? 'channels-first' : null;
}

/** The graph for images that have that side already; as it was where it takes something else. */
export function withChannelSide(graph: OperationGraph): OperationGraph {
  const [input, ...others] = graph.inputs;
  const [batch = null, rows = null, columns = null] = input?.shape ?? [];
  if (!input || others.length > 0 || input.shape?.length !== 3) return graph;
  const around = new Surroundings(graph);
  let name = input.name;
  for (;;) {
    const [node, another] = around.consumers(name);
    const [output = ''] = node?.outputs ?? [];
    if (!node || another || node.domain !== '' || graph.outputs.includes(output)) return graph;
    const layout = addedSide(node, input.shape, graph);
    if (layout) {
      const shape = layout === 'channels-last' ? [batch, rows, columns, 1] : [batch, 1, rows, columns];
      const taken = name;
      const nodes = graph.nodes
        .filter((one) => one !== node)
        .map((one) => one.with({ inputs: one.inputs.map((own) => (own === output ? taken : own)) }));
      return { ...graph, nodes, inputs: [{ ...input, shape, layout }] };
    }
    const beside = node.inputs.filter((own) => own !== name);
    if (!VALUE_BY_VALUE.has(node.kind) || beside.some((own) => singleOf(graph.constants.get(own)) === null)) return graph;
    name = output;
  }
}
