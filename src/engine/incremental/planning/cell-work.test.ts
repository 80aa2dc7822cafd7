/** What a cell's copy costs is found out sooner than by planning each layer's sweep, and is the same. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { workShare } from '../../../explain/cost.ts';
import { buildLayerGraph, disposeGraph, type LayerGraph, type NodeId, tailOf } from '../../graph/layer-graph.ts';
import { workOf } from '../../graph/work-size.ts';
import { workOfCell } from './cell-work.ts';
import { rangeOf, workOfChannel } from './channel-work.ts';
import { planChannels, planIncremental } from './plan.ts';

const SIDE = 20;
const CHANNELS = 4;

function convolution(x: tfl.SymbolicTensor, name: string, kernelSize: number): tfl.SymbolicTensor {
  const relu = tfl.layers.reLU({ name: `${name}_relu` }).apply(tfl.layers.batchNormalization({ name: `${name}_bn` }).apply(x));
  return tfl.layers.conv2d({ name, filters: CHANNELS, kernelSize, padding: 'same' }).apply(relu) as tfl.SymbolicTensor;
}

/** A dense block of so many layers, then a residual one. */
function network(layers: number): { readonly graph: LayerGraph; readonly cuts: readonly NodeId[] } {
  const input = tfl.input({ shape: [SIDE, SIDE, 3] });
  let x = tfl.layers.conv2d({ name: 'stem', filters: CHANNELS, kernelSize: 3, padding: 'same' }).apply(input) as tfl.SymbolicTensor;
  for (let i = 0; i < layers; i++) {
    const made = convolution(convolution(x, `dense${i}_1`, 1), `dense${i}_3`, 3);
    x = tfl.layers.concatenate({ name: `dense${i}` }).apply([x, made]) as tfl.SymbolicTensor;
  }
  x = tfl.layers.averagePooling2d({ name: 'pool' }).apply(convolution(x, 'transition', 1)) as tfl.SymbolicTensor;
  x = tfl.layers.add({ name: 'sum' }).apply([x, convolution(convolution(x, 'inner', 1), 'outer', 3)]) as tfl.SymbolicTensor;
  const logits = tfl.layers.dense({ name: 'logits', units: 2 }).apply(tfl.layers.globalAveragePooling2d({ name: 'mean' }).apply(x));
  const graph = buildLayerGraph(tfl.model({ inputs: input, outputs: logits as tfl.SymbolicTensor }));
  return { graph, cuts: graph.nodes.filter(({ shape, operation }) => operation && shape.length === 4).map(({ id }) => id) };
}

function planned(graph: LayerGraph, cut: NodeId) {
  return planIncremental(graph, tailOf(graph, cut), { rows: 1, columns: 1 }).work;
}

describe('what a cell’s copy costs', () => {
  it('is what the plan of its layer says, in whatever order layers are asked about', async () => {
    await tf.setBackend('cpu');
    const { graph, cuts } = network(4);
    const mean = graph.nodes.find(({ name }) => name === 'mean');
    const far = (order: readonly NodeId[]) => {
      const anew = { ...graph };
      return Math.max(
        ...order.map((cut) => {
          const [found, plan] = [workOfCell(anew, tailOf(graph, cut)), planned(graph, cut)];
          return Math.max(Math.abs(found.macs - plan.macs), Math.abs(found.values - plan.values));
        }),
      );
    };
    // A mean over what is dense is counted once as additions.
    for (const order of [cuts, cuts.toReversed()]) expect(far(order)).toBeLessThanOrEqual(mean?.macs ?? 0);
    expect(planned(graph, cuts[0] ?? 0).macs).toBeGreaterThan(10 * planned(graph, cuts.at(-2) ?? 0).macs);
    disposeGraph(graph);
  });

  it('is told for a channel, near what the plan of its layer says', () => {
    const { graph, cuts } = network(24);
    const found = cuts
      .filter((cut) => (graph.nodes[cut]?.shape[3] ?? 0) >= 4 * CHANNELS && graph.nodes[cut]?.change === 'joined')
      .map((cut) => {
        const tail = tailOf(graph, cut);
        const width = rangeOf(graph.nodes[cut]?.shape[3] ?? 1);
        return { near: workOfChannel(graph, tail), plan: planChannels(graph, tail, width, width).work, whole: workOf(graph, tail.steps) };
      });
    expect(found.length).toBeGreaterThan(20);
    for (const { near, plan, whole } of found) expect(Math.abs(workShare(near, whole) - workShare(plan, whole))).toBeLessThan(0.15);
    expect(found.filter(({ plan, whole }) => workShare(plan, whole) < 0.7).length).toBeGreaterThan(10);
    disposeGraph(graph);
  });
});
