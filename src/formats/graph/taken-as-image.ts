/** What a tensor of four sides is taken for: `[batch, channels, rows, columns]`, or anything else. */
import { axisOf } from './layers/activation.ts';
import { numbersOf } from './nodes/constant.ts';
import type { GraphNode } from './nodes/graph.ts';
import type { Surroundings } from './patterns/surroundings.ts';

/** What has channels before rows and columns, whatever they are called. */
const OF_IMAGES: ReadonlySet<string> = new Set([
  'AveragePool',
  'BatchNormalization',
  'Conv',
  'ConvTranspose',
  'DepthToSpace',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'GroupNormalization',
  'InstanceNormalization',
  'LRN',
  'MaxPool',
  'Resize',
  'SpaceToDepth',
  'Upsample',
]);

/** Of some sides: of rows and columns, as means are. */
const OF_SOME_SIDES: ReadonlySet<string> = new Set(['ReduceMax', 'ReduceMean', 'ReduceMin', 'ReduceSum']);

/** What lays out its sides anew, or names them: what comes after says nothing of what goes in. */
const OF_SIDES: ReadonlySet<string> = new Set([
  ...OF_SOME_SIDES,
  ...['Flatten', 'Gemm', 'MatMul', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze'],
]);

/** Whether channels are the first side for it, which it takes apart from the others, or puts last. */
function hasChannelsFirst(node: GraphNode, around: Surroundings): boolean {
  const { kind, inputs } = node;
  if (OF_IMAGES.has(kind)) return true;
  if (kind === 'Transpose') return node.numbers('perm')?.join() === '0,2,3,1';
  if (!OF_SOME_SIDES.has(kind)) return false;
  const given = around.constant(inputs[1] ?? '');
  const axes = (given ? numbersOf(given) : (node.numbers('axes') ?? [])).map((axis) => axisOf(axis, 4));
  return axes.toSorted((a, b) => a - b).join() === '2,3';
}

/** Of whatever takes it first, past what keeps its sides as they are. */
export function isTakenAsImage(tensor: string, around: Surroundings): boolean {
  const seen = new Set<GraphNode>();
  let waiting = [tensor];
  while (waiting.length > 0) {
    const nodes = waiting.flatMap((each) => around.consumers(each)).filter((node) => !seen.has(node));
    for (const node of nodes) seen.add(node);
    if (nodes.some((node) => hasChannelsFirst(node, around))) return true;
    waiting = nodes.flatMap(({ kind, outputs }) => (OF_SIDES.has(kind) ? [] : outputs));
  }
  return false;
}
