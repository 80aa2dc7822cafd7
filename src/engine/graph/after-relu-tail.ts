/**
 * What runs when values of a layer become *nothing after the next ReLU*.
 *
 * Before a BatchNorm zero is no neutral value: the layer may add up to evidence from it. What pytorch-grad-cam writes in its place, the least
 * value less ten million, is turned into zeros by the ReLU that follows. Here these zeros are written after the ReLU, exactly. That can be
 * done where all that takes the layer's values passes them on, each by itself, until a ReLU comes: BatchNorm, and concatenation, so that
 * inside a dense block there are as many ReLUs as blocks to come, and what the first lets through reaches the others as well.
 */
import type { WorkSize } from '../../explain/layer-info.ts';
import { flagsOf, type LayerGraph, type NodeId, type Tail } from './layer-graph.ts';
import { workOf } from './work-size.ts';

export interface AfterReluTail {
  /** What leads to the first ReLUs: it runs once, from the activation as it is. */
  readonly prefix: Tail;
  /** The rest, for every copy, cut at the first ReLUs. */
  readonly rest: Tail;
  /** Steps of the prefix, or the layer itself, that the rest takes as they are; they are among its skip inputs. */
  readonly carried: readonly NodeId[];
  /** Every ReLU that the layer's values reach: where the layer's channels begin in its result. */
  readonly places: ReadonlyMap<NodeId, readonly number[]>;
}

/** Where the layer's channels begin in what a node gives, from where they begin in what it takes. */
function placesIn({ nodes }: LayerGraph, inputs: readonly NodeId[], known: ReadonlyMap<NodeId, readonly number[]>): number[] {
  let before = 0;
  return inputs.flatMap((input) => {
    const starts = (known.get(input) ?? []).map((start) => before + start);
    before += nodes[input]?.shape.at(-1) ?? 0;
    return starts;
  });
}

/** Null where the layer's values reach anything but ReLUs, or no ReLU at all. */
export function afterReluTailOf(graph: LayerGraph, tail: Tail): AfterReluTail | null {
  const [cut] = tail.cuts;
  if (cut === undefined) return null;
  const carried = new Map<NodeId, readonly number[]>([[cut, [0]]]);
  const places = new Map<NodeId, readonly number[]>();
  const isCarried = flagsOf(graph, carried.keys());
  const isAnew = flagsOf(graph, tail.steps);
  isAnew[cut] = 1;
  // What depends on the layer alone, and on no ReLU before it.
  const isAlone = flagsOf(graph, [cut]);
  for (const id of tail.steps) {
    const { inputs = [], floorEffect } = graph.nodes[id] ?? {};
    if (!inputs.some((input) => isCarried[input])) continue;
    if (floorEffect === 'mixed' || floorEffect === undefined || id === graph.output) return null;
    const isZeroed = floorEffect === 'zeroed';
    (isZeroed ? places : carried).set(id, placesIn(graph, inputs, carried));
    if (!isZeroed) isCarried[id] = 1;
    if (inputs.every((input) => !isAnew[input] || (isAlone[input] && isCarried[input]))) isAlone[id] = 1;
  }
  if (places.size === 0) return null;
  const steps = tail.steps.filter((id) => !isAlone[id]);
  const prefixSteps = tail.steps.filter((id) => isAlone[id]);
  const takenBy = (ids: readonly NodeId[]) => {
    const flags = flagsOf(graph, []);
    for (const id of ids) for (const input of graph.nodes[id]?.inputs ?? []) flags[input] = 1;
    return flags;
  };
  const [isTaken, isTakenBefore] = [takenBy(steps), takenBy(prefixSteps)];
  const carriedOn = [cut, ...prefixSteps].filter((id) => isTaken[id] && !places.has(id));
  return {
    prefix: { cuts: tail.cuts, steps: prefixSteps, skipInputs: tail.skipInputs.filter((id) => isTakenBefore[id]) },
    rest: {
      cuts: prefixSteps.filter((id) => places.has(id)),
      steps,
      skipInputs: [...tail.skipInputs.filter((id) => isTaken[id]), ...carriedOn],
    },
    carried: carriedOn,
    places,
  };
}

/** What runs for a copy whose tail is run whole: what every ReLU gives is written once more. */
export function wholeAfterReluWork(graph: LayerGraph, { rest, places }: AfterReluTail): WorkSize {
  const { macs, values } = workOf(graph, rest.steps);
  return { macs, values: values + workOf(graph, places.keys()).values };
}
