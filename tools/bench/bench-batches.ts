/** Forward passes of batches: how much a device gains by many images at once, and where the time of a batch goes. */
import * as tf from '@tensorflow/tfjs-core';
import { disposePass, forwardPass } from '../../src/engine/graph/graph-executor.ts';
import { leanGraph } from '../../src/engine/graph/lean-graph.ts';
import type { BackendName } from '../../src/protocol/engine.ts';
import { type BenchSubject, openSubject } from './bench-subject.ts';
import { medianTimes } from './measure.ts';
import { print, printRow } from './table.ts';

const BATCHES = [1, 2, 4, 8, 16, 32, 64];
/** Whose time is taken apart. */
const TAKEN_APART = [1, 16];
/** Kinds of programs that are listed; the rest is summed up. */
const MOST_KINDS = 9;

/** What the WebGPU backend has for timing, beyond what tf.js tells of it. */
interface TimedBackend {
  readonly supportTimestampQuery: boolean;
  activeTimers: { readonly name: string; readonly query: Promise<number> }[] | null;
}

interface BatchTimes {
  readonly batch: number;
  readonly ms: number;
  /** Until all of the batch has been handed to the device. */
  readonly givenMs: number;
  readonly kernels: number;
}

async function run({ graph, input }: BenchSubject, batch: number): Promise<{ readonly givenMs: number }> {
  const images = tf.tile(input, [batch, 1, 1, 1]);
  const startedAt = performance.now();
  const pass = await forwardPass(
    leanGraph(graph, () => false),
    images,
    [],
  );
  const givenMs = performance.now() - startedAt;
  await pass.logits.data();
  disposePass(pass);
  images.dispose();
  return { givenMs };
}

async function timesOf(subject: BenchSubject, batch: number, rounds: number): Promise<BatchTimes> {
  const given: number[] = [];
  let kernels = 0;
  const { runKernel } = tf.engine();
  tf.engine().runKernel = (...call: Parameters<typeof runKernel>) => {
    if (call[0] !== tf.Reshape) kernels++;
    return runKernel.apply(tf.engine(), call) as never;
  };
  await run(subject, batch).finally(() => {
    tf.engine().runKernel = runKernel;
  });
  const { pass } = await medianTimes({ pass: async () => given.push((await run(subject, batch)).givenMs) }, rounds);
  return { batch, ms: pass, givenMs: Math.min(...given), kernels };
}

/** Milliseconds on the device by kind of program, as its own clock has them. */
async function partsOf(subject: BenchSubject, batch: number): Promise<Map<string, { count: number; ms: number }>> {
  const backend = tf.backend() as unknown as TimedBackend;
  const parts = new Map<string, { count: number; ms: number }>();
  if (!backend.supportTimestampQuery) return parts;
  await run(subject, batch);
  backend.activeTimers = [];
  await run(subject, batch);
  const timers = backend.activeTimers;
  backend.activeTimers = null;
  for (const { name, query } of timers) {
    const { count, ms } = parts.get(name) ?? { count: 0, ms: 0 };
    parts.set(name, { count: count + 1, ms: ms + (await query) });
  }
  return parts;
}

export async function printBatches(backend: BackendName, rounds: number): Promise<void> {
  const subject = await openSubject(backend);
  print(`\nForward passes of DenseNet-169 at 224 x 224, ${backend} (${subject.device.adapter}); medians of ${rounds} rounds.\n`);
  printRow(['images at once', 'a batch', 'of it until all is handed over', 'an image', 'kernels']);
  printRow(['---:', '---:', '---:', '---:', '---:']);
  for (const size of BATCHES) {
    const { batch, ms, givenMs, kernels } = await timesOf(subject, size, rounds);
    printRow([`${batch}`, ...[ms, givenMs, ms / batch].map((time) => `${time.toFixed(2)} ms`), `${kernels}`]);
  }
  for (const batch of TAKEN_APART) {
    const parts = [...(await partsOf(subject, batch))].sort(([, a], [, b]) => b.ms - a.ms);
    if (parts.length === 0) {
      print('\nNOT MEASURED: where the time goes, since this device tells no times of its programs.');
      break;
    }
    const sum = (of: typeof parts) =>
      of.reduce((all, [, { count, ms }]) => ({ count: all.count + count, ms: all.ms + ms }), { count: 0, ms: 0 });
    print(`\nWhere the device's time goes, ${batch === 1 ? 'one image' : `${batch} images at once`}.\n`);
    printRow(['programs', 'runs', 'together', 'share']);
    printRow(['---', '---:', '---:', '---:']);
    const all = sum(parts);
    const rest: (typeof parts)[number] = ['all others', sum(parts.slice(MOST_KINDS))];
    for (const [name, { count, ms }] of [...parts.slice(0, MOST_KINDS), rest, ['all', all] as const]) {
      printRow([name, `${count}`, `${ms.toFixed(2)} ms`, `${((100 * ms) / all.ms).toFixed(0)} %`]);
    }
  }
  subject.dispose();
}
