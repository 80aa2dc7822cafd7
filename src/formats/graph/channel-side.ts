/** Grey images that are given without a side for their channel, which the graph adds itself: `[batch, rows, columns]`. */
import { type Constant, numbersOf, singleOf } from './nodes/constant.ts';
import { folded, shapeConstant } from './nodes/constant-operations.ts';
import type { GraphNode, ImageLayout, OperationGraph } from './nodes/graph.ts';
import { Surroundings } from './patterns/surroundings.ts';

/** What acts on each value by itself, whatever sides there are. */
const VALUE_BY_VALUE: ReadonlySet<string> = new Set(['Add', 'Cast', 'Div', 'Mul', 'Sub']);

type Sides = readonly (number | null)[];

/** More steps than exporters take from an image's sides to those that it is laid out with. */
const MAX_STEPS = 12;

/** What is computed from constants alone, of which the shapes of the image are some. */
function computed(tensor: string, known: ReadonlyMap<string, Constant>, around: Surroundings, steps = MAX_STEPS): Constant | null {
  const value = known.get(tensor) ?? around.constant(tensor);
  const producer = around.producer(tensor);
  if (value || !producer || steps === 0) return value;
  const inputs = producer.inputs.map((input) => (input === '' ? null : computed(input, known, around, steps - 1)));
  return inputs.every((input, i) => input !== null || producer.inputs[i] === '') ? folded(producer, inputs) : null;
}

/** Where a node puts a side of one channel; null for one that does anything else. */
function addedSide(node: GraphNode, sides: Sides, given: Constant | null): ImageLayout | null {
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

function isShape({ domain, kind }: GraphNode): boolean {
  return domain === '' && kind === 'Shape';
}

/** The graph for images that have that side already; as it was where it takes something else. */
export function withChannelSide(graph: OperationGraph): OperationGraph {
  const [input, ...others] = graph.inputs;
  const [batch = null, rows = null, columns = null] = input?.shape ?? [];
  if (!input || others.length > 0 || input.shape?.length !== 3) return graph;
  const around = new Surroundings(graph);
  const shapes = new Map<GraphNode, Constant>();
  let name = input.name;
  for (;;) {
    const consumers = around.consumers(name);
    for (const asking of consumers) if (isShape(asking)) shapes.set(asking, shapeConstant(asking, [batch ?? 1, rows ?? -1, columns ?? -1]));
    const [node, another] = consumers.filter((consumer) => !isShape(consumer));
    const [output = ''] = node?.outputs ?? [];
    if (!node || another || node.domain !== '' || graph.outputs.includes(output)) return graph;
    const known = new Map([...shapes].map(([{ outputs }, value]) => [outputs[0] ?? '', value]));
    const layout = addedSide(node, input.shape, computed(node.inputs[1] ?? '', known, around));
    if (layout) {
      const shape = layout === 'channels-last' ? [batch, rows, columns, 1] : [batch, 1, rows, columns];
      const taken = name;
      const nodes = graph.nodes
        .filter((one) => one !== node && !shapes.has(one))
        .map((one) => one.with({ inputs: one.inputs.map((own) => (own === output ? taken : own)) }));
      return { ...graph, nodes, constants: new Map([...graph.constants, ...known]), inputs: [{ ...input, shape, layout }] };
    }
    const beside = node.inputs.filter((own) => own !== name);
    if (!VALUE_BY_VALUE.has(node.kind) || beside.some((own) => singleOf(graph.constants.get(own)) === null)) return graph;
    name = output;
  }
}
