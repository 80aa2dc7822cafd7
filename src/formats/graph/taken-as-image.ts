/** What a tensor of four sides is taken for: `[batch, channels, rows, columns]`, or anything else. */
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

/** What lays out its sides anew, or names them: what comes after says nothing of what goes in. */
const OF_SIDES: ReadonlySet<string> = new Set(['Flatten', 'Gemm', 'MatMul', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

/** Of whatever takes it first, past what keeps its sides as they are. */
export function isTakenAsImage(tensor: string, around: Surroundings): boolean {
  const seen = new Set<GraphNode>();
  let waiting = [tensor];
  while (waiting.length > 0) {
    const nodes = waiting.flatMap((each) => around.consumers(each)).filter((node) => !seen.has(node));
    for (const node of nodes) seen.add(node);
    if (nodes.some(({ kind }) => OF_IMAGES.has(kind))) return true;
    waiting = nodes.flatMap(({ kind, outputs }) => (OF_SIDES.has(kind) ? [] : outputs));
  }
  return false;
}
