/** The tensor count is what it was: after jobs that finished, failed, or were cancelled at any batch. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { methodOf } from '../explain/methods/list.ts';
import { disposePass, forwardPass, runTail } from './graph/graph-executor.ts';
import { findNode, tailOf } from './graph/layer-graph.ts';
import { loadModel } from './loading/loaded-model.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { addedBytes } from './testing/added-bytes.ts';
import {
  asRead,
  engineWith,
  explain,
  plainImage,
  type Question,
  resultOf,
  type SweepOf,
  testManifest,
  unevenImage,
  WORK_KINDS,
  type WorkKind,
  workOf,
} from './testing/test-engine.ts';
import { denseModel } from './testing/tiny-models.ts';

const ROWS = 6;
const COLUMNS = 4;
const LAYERS = ['first', 'joined', 'inner', 'out'];

type SweepKind = keyof SweepOf;

function isSweep(kind: WorkKind): kind is SweepKind {
  return kind !== 'first-order' && 'begin' in methodOf(kind);
}

async function tensors(engine: LocalEngine): Promise<number> {
  return (await engine.memory()).tensors;
}

/** A budget this small gives a batch of a few cells, so that a sweep has many batches to be cancelled at. */
const BUDGET_BYTES = 8_000;

/** Methods whose copies run through the whole network, whichever layer is in view: hundreds take minutes on a software driver. */
const WHOLE_PASSES: readonly string[] = ['score-cam', 'occlusion', 'rise'];

/** Whose use of memory is watched, and what they replace activations or pixels with. */
const BOUND = [
  ['fast-ablation-cam', 0],
  ['fast-ablation-cam', 'mean'],
  ['recipro-cam', 'mean'],
  ['ablation-cam', 0],
  ['score-cam', 0],
  ['occlusion', 'mean'],
  ['occlusion', 'blur'],
  ['rise', 0],
] as const;

function request(change: Partial<Question> = {}): Question {
  return {
    image: { id: 'grey', pixels: plainImage(COLUMNS, ROWS, 120) },
    layer: 'joined',
    classIndex: 0,
    score: 'logit',
    methods: WORK_KINDS,
    budgetBytes: BUDGET_BYTES,
    ...change,
  };
}

describe.each(await availableBackends())('memory on %s', (backend) => {
  let started: Promise<LocalEngine> | null = null;
  const open = async () => engineWith(backend, await denseModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
  /** One for all: a new one of the software GPU compiles all shaders anew. The last test ends it. */
  const start = () => (started ??= open());

  // A leak shows in every one of them; the software WebGPU driver takes seconds for each.
  const runs = backend === 'webgpu' ? 10 : 100;

  it(`${runs} explanations in a row leave the tensor count where it was`, async () => {
    const engine = await start();
    await explain(engine, request());
    const before = await tensors(engine);
    for (let i = 0; i < runs; i++) {
      const pixels = plainImage(COLUMNS, ROWS, i);
      await explain(engine, request({ image: { id: `${i}`, pixels }, layer: 'joined', score: i % 2 ? 'logit' : 'probability' }));
    }
    expect(await tensors(engine)).toBe(before);
  });

  it('every layer leaves nothing behind but the kept pass and its gradient', async () => {
    const engine = await start();
    for (const layer of LAYERS) {
      await explain(engine, request({ layer, methods: ['grad-cam'] }));
      const before = await tensors(engine);
      await explain(engine, request({ layer }));
      expect(await tensors(engine), layer).toBe(before);
    }
  });

  it.each(WORK_KINDS.filter((kind) => !isSweep(kind)))(
    '%s cancelled before its map leaves nothing behind, and the engine goes on',
    async (kind) => {
      const engine = await start();
      const question = request({ methods: [kind] });
      await explain(engine, question);
      const before = await tensors(engine);
      for (const classIndex of [1, 2]) {
        const controller = new AbortController();
        const { image, layer, budgetBytes = BUDGET_BYTES } = question;
        const running = engine.explain(
          { image, layer, work: workOf(kind, question, classIndex), budgetBytes },
          () => controller.abort(),
          controller.signal,
        );
        // What needs no backward pass is found before it is stopped.
        await running.catch((reason: unknown) => expect(reason).toBe(controller.signal.reason));
        expect(await tensors(engine)).toBe(before);
      }
      await explain(engine, question);
      expect(await tensors(engine)).toBe(before);
    },
  );

  it.each(WORK_KINDS.filter(isSweep))(
    'a sweep of %s cancelled at any batch leaves nothing behind, and the engine goes on',
    async (method) => {
      const engine = await start();
      // Where only what follows the pooling runs per channel, all channels fit into one batch.
      // Copies that are worked out from what they change need next to nothing.
      const isOfCells = method === 'fast-ablation-cam' || method === 'recipro-cam';
      const question =
        method === 'ablation-cam' ? request({ layer: 'first', budgetBytes: 4_000 }) : request(isOfCells ? { budgetBytes: 2_800 } : {});
      const { results } = await explain(engine, question);
      const before = await tensors(engine);
      const count = resultOf(results, method).sweep.isExact.length;
      // Channels are few here, cells and masks are not.
      const isOfFew = method === 'ablation-cam' || method === 'score-cam';
      let cancelled = 0;
      for (let at = 0; at < count; at++) {
        const controller = new AbortController();
        const { image, layer, budgetBytes = BUDGET_BYTES } = question;
        const running = engine.explain(
          { image, layer, work: workOf(method, question, 0), budgetBytes },
          (event) => {
            if (event.kind === 'progress' && event.done > at) controller.abort();
          },
          controller.signal,
        );
        await running.then(
          () => {},
          (reason) => {
            cancelled++;
            expect(reason).toBe(controller.signal.reason);
          },
        );
        expect(await tensors(engine)).toBe(before);
      }
      expect(cancelled).toBeGreaterThan(isOfFew ? 1 : 3);
    },
  );

  it.each(BOUND.filter(([method]) => backend !== 'webgpu' || !WHOLE_PASSES.includes(method)))(
    'a sweep of %s never takes more than it is allowed, and uses that: what is taken away becomes %s',
    async (method, value) => {
      const engine = await start();
      const hidden = value === 'blur' ? value : 'mean';
      const ablation = { window: 1, stride: 1, value, occlusion: { patch: 2, stride: 1, value: hidden } } as const;
      const isWhole = WHOLE_PASSES.includes(method);
      let fullest = 0;
      for (const layer of isWhole ? ['joined'] : LAYERS) {
        // The pass is kept before and after; what a running batch adds to it is what the bound is on.
        await explain(engine, request({ layer, methods: [] }));
        // Close enough to each other that some leave hardly any room beside a whole number of copies.
        for (let budgetBytes = 3_500; budgetBytes <= 6_000; budgetBytes += isWhole ? 100 : 500) {
          const taken = await addedBytes(() => explain(engine, request({ layer, methods: [method], ablation, budgetBytes })));
          expect(taken, `${layer} within ${budgetBytes}`).toBeLessThanOrEqual(budgetBytes);
          expect(taken).toBeGreaterThan(0);
          fullest = Math.max(fullest, taken / budgetBytes);
        }
      }
      expect(fullest).toBeGreaterThan(0.9);
    },
  );

  it.each([
    ['fast-ablation-cam', 'mean', ['first', 'inner_relu', 'joined']],
    ['recipro-cam', 'mean', ['first', 'inner_relu', 'joined']],
    ['fast-ablation-cam', 'after-relu', ['first', 'inner', 'joined']],
    ['recipro-cam', 'after-relu', ['first', 'inner', 'joined']],
  ] as const)(
    'a sweep of %s (%s) whose windows grow on their way takes no more than it is allowed, and leaves nothing behind at any step',
    async (method, value, layers) => {
      if (backend === 'webgpu') return;
      const [rows, columns] = [17, 15];
      const engine = await engineWith(backend, await denseModel(rows, columns), testManifest(rows, columns));
      const ablation = { window: 2, stride: 1, value } as const;
      const image = { id: 'uneven', pixels: unevenImage(columns, rows) };
      let fullest = 0;
      for (const layer of layers) {
        await explain(engine, request({ image, layer, methods: [] }));
        const before = await tensors(engine);
        for (let budgetBytes = 80_000; budgetBytes <= 160_000; budgetBytes += 16_000) {
          const taken = await addedBytes(() => explain(engine, request({ image, layer, methods: [method], ablation, budgetBytes })));
          expect(taken, `${layer} within ${budgetBytes}`).toBeLessThanOrEqual(budgetBytes);
          fullest = Math.max(fullest, taken / budgetBytes);
          expect(await tensors(engine)).toBe(before);
        }
      }
      expect(fullest).toBeGreaterThan(0.9);
      engine.dispose();
    },
  );

  it.each([
    [0, 140_000, 0.6],
    // No batch has more copies than a range has channels.
    ['after-relu', 260_000, 0.5],
  ] as const)(
    'a sweep of ablation-cam (%s) that works out what channels change takes no more than it is allowed, and leaves nothing behind',
    async (channelValue, least, full) => {
      if (backend === 'webgpu') return;
      const [rows, columns] = [17, 15];
      const engine = await engineWith(backend, await denseModel(rows, columns, 24), testManifest(rows, columns));
      const image = { id: 'uneven', pixels: unevenImage(columns, rows) };
      const ablation = { window: 1, stride: 1, value: 0, channelValue } as const;
      const about = { image, layer: 'first', methods: ['ablation-cam'], ablation, exact: 'incremental' } as const;
      await explain(engine, request({ ...about, methods: [] }));
      const before = await tensors(engine);
      let fullest = 0;
      for (let budgetBytes = least; budgetBytes <= least + 100_000; budgetBytes += 20_000) {
        const taken = await addedBytes(() => explain(engine, request({ ...about, budgetBytes })));
        expect(taken, `within ${budgetBytes}`).toBeLessThanOrEqual(budgetBytes);
        fullest = Math.max(fullest, taken / budgetBytes);
        expect(await tensors(engine)).toBe(before);
      }
      expect(fullest).toBeGreaterThan(full);
      engine.dispose();
    },
  );

  it('a tail stopped before any of its layers leaves nothing behind', async () => {
    const engine = await start();
    const { graph, dispose } = await loadModel('probe', asRead(await denseModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS)), null);
    const node = findNode(graph, 'inner');
    if (!node) throw new Error('the model has no layer inner');
    const tail = tailOf(graph, node.id);
    const input = tf.ones<tf.Rank.R4>([1, ROWS, COLUMNS, 3]);
    const pass = await forwardPass(graph, input, [node.id, ...tail.skipInputs]);
    const activation = pass.activations.get(node.id);
    if (!activation) throw new Error('the activation was not kept');
    const before = await tensors(engine);
    const stop = new Error('stopped');
    for (const [at] of tail.steps.entries()) {
      let left = at;
      const pause = async () => {
        if (left-- === 0) throw stop;
      };
      await expect(runTail(graph, tail, new Map([[node.id, activation]]), pass.activations, pause)).rejects.toBe(stop);
      expect(await tensors(engine)).toBe(before);
    }
    disposePass(pass);
    input.dispose();
    dispose();
  });

  it('a pass cancelled before it starts, and failed requests, leave nothing behind', async () => {
    const engine = await start();
    await explain(engine, request());
    const before = await tensors(engine);
    await expect(explain(engine, request({ layer: 'no_such_layer' }))).rejects.toMatchObject({ code: 'layer-unknown' });
    await expect(explain(engine, request({ classIndex: 99 }))).rejects.toMatchObject({ code: 'class-unknown' });
    const controller = new AbortController();
    controller.abort();
    await expect(explain(engine, request(), controller.signal)).rejects.toBe(controller.signal.reason);
    expect(await tensors(engine)).toBe(before);
  });

  it('another model takes the place of the first one, and a broken one leaves the first in place', async () => {
    const engine = await start();
    await explain(engine, request());
    const before = await tensors(engine);
    await engine.loadModel({ kind: 'folder', id: 'again', url: '' }, () => {});
    await explain(engine, request());
    expect(await tensors(engine)).toBe(before);
    engine.dispose();
    expect((await tensors(engine)) < before).toBe(true);
  });
});
