/**
 * What of a tail must run anew for every zeroed channel.
 *
 * Right after the cut come channelwise layers: normalisation, activations, pooling. Zeroing out channel k changes channel k of
 * their results and nothing else, so two runs do for all channels: one from the activation as it is, one with all of it zeroed. Every
 * copy is then put together from the two. Only what mixes channels has to run per channel; after the last concatenation of a DenseNet
 * that is a single matrix product.
 */
import { flagsOf, type LayerGraph, type NodeId, type Tail } from './layer-graph.ts';

export interface ChannelTail {
  /** The channelwise layers, in running order; they run twice. */
  readonly prefix: Tail;
  /** What copies are made of: those results of the prefix, and the cut itself, that the rest takes. */
  readonly frontier: readonly NodeId[];
  /** The rest, for every channel. */
  readonly rest: Tail;
}

export function channelTailOf(graph: LayerGraph, tail: Tail): ChannelTail {
  const isApart = flagsOf(graph, tail.cuts);
  const isTaken = flagsOf(graph, []);
  const steps: NodeId[] = [];
  const prefixSteps: NodeId[] = [];
  for (const id of tail.steps) {
    const { inputs = [], isChannelwise } = graph.nodes[id] ?? {};
    // The output stays in the rest, so that there always is one.
    if (isChannelwise && isApart[inputs[0] ?? -1] && id !== graph.output) {
      isApart[id] = 1;
      prefixSteps.push(id);
    } else {
      steps.push(id);
      for (const input of inputs) isTaken[input] = 1;
    }
  }
  const frontier = [...tail.cuts, ...prefixSteps].filter((id) => isTaken[id]);
  return {
    prefix: { cuts: tail.cuts, steps: prefixSteps, skipInputs: [] },
    frontier,
    rest: { cuts: frontier, steps, skipInputs: tail.skipInputs },
  };
}
