import type { GraphNode } from '../nodes/graph.ts';
import type { Match } from './gated-activations.ts';
import type { Surroundings } from './surroundings.ts';

/** `log(softmax(x))`, as networks end that were trained with a loss of log-probabilities. */
export function logSoftmax(log: GraphNode, around: Surroundings): Match | null {
  const softmax = around.producer(log.inputs[0] ?? '');
  if (softmax?.kind !== 'Softmax' || softmax.domain !== '' || !around.isOnlyFor(softmax, log)) return null;
  return { nodes: [log, softmax], replacement: softmax.with({ kind: 'LogSoftmax', name: log.name, outputs: log.outputs }) };
}
