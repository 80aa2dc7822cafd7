/** Ablation-CAM's short way, where channelwise layers run only twice, against the long one: zero out a channel, run the tail. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { prepareInput } from '../../core/images/prepare-input.ts';
import { isComplete, itemLogits } from '../../explain/item-sweep.ts';
import { canBeExplained } from '../../explain/layer-info.ts';
import type { ModelArtifacts } from '../../formats/network/artifacts.ts';
import { ask } from '../../protocol/ask.ts';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { type LoadedModel, loadModel } from '../loading/loaded-model.ts';
import { availableBackends } from '../node/node-device.ts';
import { asRead, engineWith, resultOf, testManifest, unevenImage } from '../testing/test-engine.ts';
import { artifactsOf, denseModel, withTrainedShifts } from '../testing/tiny-models.ts';
import { channelTailOf } from './channel-tail.ts';
import { disposePass, forwardPass, runTail } from './graph-executor.ts';
import { findNode, type LayerGraph, tailOf } from './layer-graph.ts';

const ROWS = 6;
const COLUMNS = 4;
const MANIFEST = testManifest(ROWS, COLUMNS);
const IMAGE = { id: 'uneven', pixels: unevenImage(COLUMNS, ROWS) };

/** One batch for all channels, and a few channels at a time with a padded last batch. */
const BUDGETS = [256 * 1024 * 1024, 12_000];

/** Everything that is channelwise between two convolutions, then a layer that does not (its two channels out are of one in). */
async function apartModel(): Promise<ModelArtifacts> {
  const input = tfl.input({ shape: [ROWS, COLUMNS, 3] });
  const layers = [
    tfl.layers.conv2d({
      name: 'start',
      filters: 5,
      kernelSize: 3,
      padding: 'same',
      kernelInitializer: tfl.initializers.glorotNormal({ seed: 4 }),
    }),
    tfl.layers.batchNormalization({ name: 'start_bn' }),
    tfl.layers.leakyReLU({ name: 'leaky' }),
    tfl.layers.zeroPadding2d({ name: 'pad', padding: 1 }),
    tfl.layers.depthwiseConv2d({ name: 'depthwise', kernelSize: 3, depthwiseInitializer: tfl.initializers.glorotNormal({ seed: 5 }) }),
    tfl.layers.maxPooling2d({ name: 'pool', poolSize: 2, strides: 1 }),
    tfl.layers.depthwiseConv2d({
      name: 'doubled',
      kernelSize: 2,
      depthMultiplier: 2,
      depthwiseInitializer: tfl.initializers.glorotNormal({ seed: 6 }),
    }),
    tfl.layers.activation({ name: 'sigmoid', activation: 'sigmoid' }),
    tfl.layers.globalAveragePooling2d({ name: 'avg_pool' }),
    tfl.layers.dense({
      name: 'predictions',
      units: 3,
      activation: 'softmax',
      kernelInitializer: tfl.initializers.glorotNormal({ seed: 7 }),
    }),
  ];
  const output = layers.reduce((x: tfl.SymbolicTensor, layer) => layer.apply(x) as tfl.SymbolicTensor, input);
  return artifactsOf(tfl.model({ inputs: input, outputs: output }));
}

const MODELS = [
  ['a dense block', () => denseModel(ROWS, COLUMNS)],
  ['a chain of channelwise layers', apartModel],
] as const;

/** The logits with each channel of the layer zeroed by hand, one tail after the other. */
async function logitsByHand({ graph, info }: LoadedModel, layer: string): Promise<Float32Array[]> {
  const node = findNode(graph, layer);
  if (!node) throw new Error(`the model has no layer ${layer}`);
  const tail = tailOf(graph, node.id);
  const input = tf.tensor4d(prepareInput(IMAGE.pixels, info.input, info.preprocessing), [1, ROWS, COLUMNS, 3]);
  const pass = await forwardPass(graph, input, [node.id, ...tail.skipInputs]);
  const activation = pass.activations.get(node.id);
  if (!activation) throw new Error(`${layer} was not kept`);
  const skipInputs = new Map([...pass.activations].filter(([id]) => tail.skipInputs.includes(id)));
  const channels = activation.shape.at(-1) ?? 0;
  const values = await activation.data();
  const results: Float32Array[] = [];
  for (let zeroed = 0; zeroed < channels; zeroed++) {
    const without = Float32Array.from(values, (value, i) => (i % channels === zeroed ? 0 : value));
    const replaced = tf.tensor(without, activation.shape);
    const output = await runTail(graph, tail, new Map([[node.id, replaced]]), skipInputs, yieldToEventLoop());
    results.push(Float32Array.from(await output.data()));
    tf.dispose([replaced, output]);
  }
  disposePass(pass);
  input.dispose();
  return results;
}

function expectLogits(logits: Float32Array, wanted: Float32Array | undefined, what: string): void {
  expect(wanted, what).toHaveLength(logits.length);
  for (const [i, value] of logits.entries()) expect(Math.abs(value - (wanted?.[i] ?? Number.NaN)), what).toBeLessThan(1e-4);
}

describe.each(await availableBackends())('zeroed channels on %s', (backend) => {
  it.each(MODELS)('give the logits of the whole tail run without them, at every layer of %s', async (_what, model) => {
    const artifacts = withTrainedShifts(await model());
    const engine = await engineWith(backend, artifacts, MANIFEST);
    const probe = await loadModel('probe', asRead(artifacts, MANIFEST), null);
    const layers = probe.info.layers.filter(canBeExplained);
    expect(layers.length).toBeGreaterThan(5);
    for (const { name, channels } of layers) {
      const wanted = await logitsByHand(probe, name);
      expect(wanted).toHaveLength(channels);
      for (const budgetBytes of BUDGETS) {
        const { logits, result } = await ask(engine, {
          image: IMAGE,
          layer: name,
          work: { method: 'ablation-cam', items: null },
          budgetBytes,
        });
        const { sweep } = resultOf(result ? [result] : [], 'ablation-cam');
        expect(isComplete(sweep)).toBe(true);
        for (const [channel, byHand] of wanted.entries()) expectLogits(itemLogits(sweep, channel), byHand, `${name}, channel ${channel}`);
        // A channel may be zero by itself, but not all of them: zeroing out must have done something.
        expect(
          wanted.some((byHand) => byHand.some((value, i) => Math.abs(value - (logits[i] ?? 0)) > 1e-2)),
          name,
        ).toBe(true);
      }
    }
    probe.dispose();
    engine.dispose();
  });

  it('give the same logits for some of them, in any order, and nothing for the others', async () => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(ROWS, COLUMNS)), MANIFEST);
    const sweepOf = async (items: number[] | null, budgetBytes: number) => {
      const work = { method: 'ablation-cam', items: items && Uint32Array.from(items) } as const;
      const { result } = await ask(engine, { image: IMAGE, layer: 'joined', work, budgetBytes });
      return resultOf(result ? [result] : [], 'ablation-cam').sweep;
    };
    const plenty = 256 * 1024 * 1024;
    // Here only a matrix product runs per channel: this is enough for two channels at a time, so that odd numbers of them are padded.
    const little = 400;
    const all = await sweepOf(null, plenty);
    for (const items of [[5, 0, 3], [2], [4, 3, 2, 1, 0, 5], []]) {
      for (const budgetBytes of [plenty, little]) {
        const some = await sweepOf(items, budgetBytes);
        expect(Array.from(some.isExact.keys()).filter((item) => some.isExact[item])).toEqual([...items].sort());
        for (const item of items) expectLogits(itemLogits(some, item), itemLogits(all, item), `channel ${item} of ${items}`);
      }
    }
    engine.dispose();
  });
});

describe('what runs anew for every channel', () => {
  const split = (graph: LayerGraph, layer: string) => {
    const node = findNode(graph, layer);
    if (!node) throw new Error(`the model has no layer ${layer}`);
    const tail = tailOf(graph, node.id);
    const { prefix, frontier, rest } = channelTailOf(graph, tail);
    expect([...prefix.steps, ...rest.steps].sort((a, b) => a - b)).toEqual([...tail.steps]);
    const names = (ids: readonly number[]) => ids.map((id) => graph.nodes[id]?.name);
    return { twice: names(prefix.steps), from: names(frontier), anew: names(rest.steps), beside: names(rest.skipInputs) };
  };

  it('begins where channels are mixed, and takes the cut itself too where that is joined later', async () => {
    const { graph, dispose } = await loadModel('dense', asRead(await denseModel(ROWS, COLUMNS), MANIFEST), null);
    expect(split(graph, 'first')).toEqual({
      twice: ['inner_bn', 'inner_relu'],
      from: ['first', 'inner_relu'],
      anew: ['inner', 'joined', 'bn', 'out', 'avg_pool', 'predictions'],
      beside: [],
    });
    expect(split(graph, 'inner')).toEqual({
      twice: [],
      from: ['inner'],
      anew: ['joined', 'bn', 'out', 'avg_pool', 'predictions'],
      beside: ['first'],
    });
    expect(split(graph, 'joined')).toEqual({ twice: ['bn', 'out', 'avg_pool'], from: ['avg_pool'], anew: ['predictions'], beside: [] });
    dispose();
  });

  it('goes past pooling, padding and depthwise convolutions, unless these make several channels of one', async () => {
    const { graph, dispose } = await loadModel('apart', asRead(await apartModel(), MANIFEST), null);
    expect(split(graph, 'start')).toEqual({
      twice: ['start_bn', 'leaky', 'pad', 'depthwise', 'pool'],
      from: ['pool'],
      anew: ['doubled', 'sigmoid', 'avg_pool', 'predictions'],
      beside: [],
    });
    dispose();
  });
});
