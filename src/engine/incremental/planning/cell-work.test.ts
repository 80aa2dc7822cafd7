/** What a cell's copy costs is found out sooner than by planning each layer's sweep, and is the same. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it, vi } from 'vitest';
import { workShare } from '../../../explain/cost.ts';
import { DEFAULT_SWEEP } from '../../../explain/input/input-settings.ts';
import type { LayerInfo } from '../../../explain/layer-info.ts';
import { methodOf } from '../../../explain/methods/list.ts';
import type { NetworkSize } from '../../../explain/methods/method.ts';
import { afterReluTailOf, wholeAfterReluWork } from '../../graph/after-relu-tail.ts';
import { buildLayerGraph, disposeGraph, type LayerGraph, type NodeId, tailOf } from '../../graph/layer-graph.ts';
import { leanGraph } from '../../graph/lean-graph.ts';
import { workOf } from '../../graph/work-size.ts';
import { afterReluSites, type Site, wholeSite } from '../sites.ts';
import { CellWork } from './cell-work.ts';
import { rangeOf, workOfChannel } from './channel-work.ts';
import { pixelPassOf, workAt } from './layer-work.ts';
import { Ledger } from './ledger.ts';
import { planChannels, planIncremental } from './plan.ts';

const SIDE = 20;
const CHANNELS = 4;

function convolution(x: tfl.SymbolicTensor, name: string, kernelSize: number, filters = CHANNELS): tfl.SymbolicTensor {
  const relu = tfl.layers.reLU({ name: `${name}_relu` }).apply(tfl.layers.batchNormalization({ name: `${name}_bn` }).apply(x));
  return tfl.layers.conv2d({ name, filters, kernelSize, kernelInitializer: 'ones', padding: 'same' }).apply(relu) as tfl.SymbolicTensor;
}

function graphOf(input: tfl.SymbolicTensor, x: tfl.SymbolicTensor): { readonly graph: LayerGraph; readonly cuts: readonly NodeId[] } {
  const logits = tfl.layers.dense({ name: 'logits', units: 2 }).apply(tfl.layers.globalAveragePooling2d({ name: 'mean' }).apply(x));
  const graph = buildLayerGraph(tfl.model({ inputs: input, outputs: logits as tfl.SymbolicTensor }));
  return { graph, cuts: graph.nodes.filter(({ shape, operation }) => operation && shape.length === 4).map(({ id }) => id) };
}

/** So many residual blocks, the last of them weighted by a gate of its own mean. */
function residual(blocks: number) {
  const input = tfl.input({ shape: [SIDE, SIDE, CHANNELS] });
  let x: tfl.SymbolicTensor = input;
  for (let i = 0; i < blocks; i++)
    x = tfl.layers.add({ name: `sum${i}` }).apply([x, convolution(convolution(x, `first${i}`, 3), `second${i}`, 1)]) as tfl.SymbolicTensor;
  const mean = tfl.layers.globalAveragePooling2d({ name: 'gate_mean' }).apply(x);
  const gate = tfl.layers.dense({ name: 'gate', units: CHANNELS, activation: 'sigmoid' }).apply(mean);
  const weights = tfl.layers.reshape({ name: 'gate_weights', targetShape: [1, 1, CHANNELS] }).apply(gate) as tfl.SymbolicTensor;
  return graphOf(input, tfl.layers.multiply({ name: 'gated' }).apply([x, weights]) as tfl.SymbolicTensor);
}

/** A dense block of so many layers, then a residual one. */
function network(layers: number, filters = CHANNELS) {
  const input = tfl.input({ shape: [SIDE, SIDE, 3] });
  let x = tfl.layers.conv2d({ name: 'stem', filters, kernelSize: 3, padding: 'same' }).apply(input) as tfl.SymbolicTensor;
  for (let i = 0; i < layers; i++) {
    const made = convolution(convolution(x, `dense${i}_1`, 1, filters), `dense${i}_3`, 3, filters);
    x = tfl.layers.concatenate({ name: `dense${i}` }).apply([x, made]) as tfl.SymbolicTensor;
  }
  x = tfl.layers.averagePooling2d({ name: 'pool' }).apply(convolution(x, 'transition', 1, filters)) as tfl.SymbolicTensor;
  x = tfl.layers
    .add({ name: 'sum' })
    .apply([x, convolution(convolution(x, 'inner', 1, filters), 'outer', 3, filters)]) as tfl.SymbolicTensor;
  return graphOf(input, x);
}

/** The layer's graph as its sweep runs it: what is cut gives its own activation. */
function leanAt(graph: LayerGraph, cut: NodeId): LayerGraph {
  return leanGraph(graph, (id) => id === cut);
}

function sitesAt(graph: LayerGraph, cut: NodeId): readonly Site[] {
  const node = graph.nodes[cut];
  return node ? [wholeSite(node, 'window')] : [];
}

function planned(graph: LayerGraph, cut: NodeId) {
  return planIncremental(leanAt(graph, cut), tailOf(graph, cut), sitesAt(graph, cut), { rows: 1, columns: 1 }).work;
}

function found(graph: LayerGraph, cuts: readonly NodeId[]) {
  const cellWork = new CellWork(leanGraph(graph, () => false));
  return cuts.map((cut) => cellWork.at(leanAt(graph, cut), tailOf(graph, cut)));
}

/** How many tensors are made in runs without numbers. */
function madeIn(run: () => unknown): number {
  const make = vi.spyOn(Ledger.prototype, 'make');
  try {
    run();
    return make.mock.calls.length;
  } finally {
    make.mockRestore();
  }
}

describe('what a cell’s copy costs', () => {
  it('is what the plan of its layer says, in whatever order layers are asked about', async () => {
    await tf.setBackend('cpu');
    const { graph, cuts } = network(4);
    for (const order of [cuts, cuts.toReversed()]) expect(found(graph, order)).toEqual(order.map((cut) => planned(graph, cut)));
    expect(planned(graph, cuts[0] ?? 0).macs).toBeGreaterThan(10 * planned(graph, cuts.at(-2) ?? 0).macs);
    disposeGraph(graph);
  });

  it('tells what a window’s costs, near what the plan of its sweep says', () => {
    const { graph, cuts } = network(16, 32);
    const cellWork = new CellWork(leanGraph(graph, () => false));
    const forward = workOf(graph, graph.nodes.keys());
    const method = methodOf('fast-ablation-cam');
    const found = cuts.flatMap((cut) => {
      const node = graph.nodes[cut];
      if (node?.change !== 'joined') return [];
      const whole = workOf(leanAt(graph, cut), tailOf(graph, cut).steps);
      return [2, 4, 8].map((window) => {
        const starts = Array.from({ length: Math.ceil(SIDE / window) }, (_, i) => i * window);
        const windows = { rows: window, columns: window, starts: { rows: starts, columns: starts } };
        const planned = workShare(planIncremental(leanAt(graph, cut), tailOf(graph, cut), sitesAt(graph, cut), windows).work, whole);
        const layer = { rows: SIDE, columns: SIDE, ...workAt(graph, node, cellWork) } as LayerInfo;
        const told =
          (method.cost(layer, { ...DEFAULT_SWEEP, window, stride: SIDE }, { forward } as NetworkSize).passes - 1) /
          workShare(whole, forward);
        return { planned, told };
      });
    });
    expect(found.filter(({ planned }) => planned < 0.8).length).toBeGreaterThan(10);
    const off = found.map(({ planned, told }) => Math.abs(Math.min(1, planned) - told)).toSorted((a, b) => a - b);
    expect(off[Math.floor(off.length / 2)]).toBeLessThan(0.05);
    expect(off.at(-1)).toBeLessThan(0.25);
    disposeGraph(graph);
  });

  it('tells what a patch’s of the image costs, near what the plan of its sweep says', () => {
    const { graph } = network(8, 32);
    const { input } = graph;
    const forward = workOf(leanAt(graph, input), tailOf(graph, input).steps);
    const pixelPass = pixelPassOf(graph, new CellWork(leanGraph(graph, () => false)));
    const size = { forward, pixelPass, input: { width: SIDE, height: SIDE } };
    for (const [patch, tolerance] of [
      [1, 1e-6],
      [3, 0.1],
      [6, 0.25],
    ] as const) {
      const windows = { rows: patch, columns: patch };
      const { work } = planIncremental(leanAt(graph, input), tailOf(graph, input), sitesAt(graph, input), windows);
      const occlusion = { patch, stride: SIDE, value: 'mean' } as const;
      const told = methodOf('occlusion').cost({} as LayerInfo, { ...DEFAULT_SWEEP, occlusion }, size).passes - 1;
      expect(Math.abs(told - workShare(work, forward))).toBeLessThan(tolerance);
      expect(told).toBeLessThan(0.8);
    }
    disposeGraph(graph);
  });

  it('is found out for all layers of a network with a part of what their plans take', () => {
    const { graph, cuts } = residual(20);
    const plans = madeIn(() => cuts.map((cut) => planned(graph, cut)));
    expect(madeIn(() => found(graph, cuts))).toBeLessThan(plans / 4);
    expect(found(graph, cuts)).toEqual(cuts.map((cut) => planned(graph, cut)));
    disposeGraph(graph);
  });

  it('is told for a channel, near what the plan of its layer says', () => {
    const { graph, cuts } = network(24);
    const works = cuts
      .filter((cut) => (graph.nodes[cut]?.shape[3] ?? 0) >= 4 * CHANNELS && graph.nodes[cut]?.change === 'joined')
      .map((cut) => {
        const tail = tailOf(graph, cut);
        const width = rangeOf(graph.nodes[cut]?.shape[3] ?? 1);
        const sites = sitesAt(graph, cut);
        const plan = planChannels(graph, tail, sites, width, width).work;
        return { near: workOfChannel(graph, tail, sites), plan, whole: workOf(graph, tail.steps) };
      });
    expect(works.length).toBeGreaterThan(20);
    for (const { near, plan, whole } of works) expect(Math.abs(workShare(near, whole) - workShare(plan, whole))).toBeLessThan(0.15);
    expect(works.filter(({ plan, whole }) => workShare(plan, whole) < 0.7).length).toBeGreaterThan(10);
    disposeGraph(graph);
  });

  it('is told for what becomes nothing after the next ReLU, near what the plan says', () => {
    const { graph, cuts } = network(16, 32);
    const cellWork = new CellWork(leanGraph(graph, () => false));
    const found = cuts.flatMap((cut) => {
      const node = graph.nodes[cut];
      const reluTail = afterReluTailOf(graph, tailOf(graph, cut));
      if (!node || !reluTail) return [];
      const { rest } = reluTail;
      const lean = leanGraph(graph, (id) => rest.cuts.includes(id) || rest.skipInputs.includes(id));
      const whole = wholeAfterReluWork(lean, reluTail);
      const width = rangeOf(node.shape[3] ?? 1);
      const plans = {
        cell: planIncremental(lean, rest, afterReluSites(reluTail, node, 'difference'), { rows: 1, columns: 1 }),
        channel: planChannels(lean, rest, afterReluSites(reluTail, node, 'dense'), width, width),
      };
      const told = workAt(graph, node, cellWork).afterRelu;
      return (['cell', 'channel'] as const).map((of) => {
        const share = Math.min(1, workShare(plans[of].work, whole));
        return { of, share, off: Math.abs((told ? workShare(told[of], whole) : Number.NaN) - share) };
      });
    });
    const off = (of: string) => Math.max(...found.filter((one) => one.of === of).map((one) => one.off));
    expect(off('cell')).toBeLessThan(0.1);
    expect(off('channel')).toBeLessThan(0.15);
    for (const of of ['cell', 'channel']) expect(found.filter((one) => one.of === of && one.share < 0.7).length).toBeGreaterThan(10);
    disposeGraph(graph);
  });
});
