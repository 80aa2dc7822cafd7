/** Handing programs over: what it costs the processor, on any machine, since no device runs them. */
import * as tf from '@tensorflow/tfjs-core';
import { create, globals } from 'webgpu';
import { disposePass, forwardPass } from '../../src/engine/graph/graph-executor.ts';
import { leanGraph } from '../../src/engine/graph/lean-graph.ts';
import { openSubject } from './bench-subject.ts';
import { mediansOf } from './measure.ts';
import { print, printRow } from './table.ts';

/** Programs that tf.js submits together. */
const PROGRAMS_OF_TFJS = 15;

/** What our way of handing over is put over. */
interface Backend {
  readonly bufferManager: object;
  dispatchCountInPass: number;
}

/** Runs with tf.js' own methods, which lie beneath ours. */
async function withoutOurs(run: () => Promise<number>): Promise<number> {
  const backend = tf.backend() as unknown as Backend;
  const layers = [backend, backend.bufferManager].map((layer) => {
    const prototype = Object.getPrototypeOf(layer) as object;
    const ours = Object.fromEntries(Object.entries(layer).filter(([name, value]) => typeof value === 'function' && name in prototype));
    return { layer, ours, theirs: Object.fromEntries(Object.keys(ours).map((name) => [name, Reflect.get(prototype, name)])) };
  });
  const programs = tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE');
  for (const { layer, theirs } of layers) Object.assign(layer, theirs);
  tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', PROGRAMS_OF_TFJS);
  return await run().finally(() => {
    for (const { layer, ours } of layers) Object.assign(layer, ours);
    tf.env().set('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE', programs);
  });
}

export async function printHandOver(rounds: number): Promise<void> {
  Object.assign(globalThis, globals);
  const gpu = create(['backend=null']);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true });
  const subject = await openSubject('webgpu', null, undefined, Promise.resolve({ gpu, wasmPaths: '' }));
  const graph = leanGraph(subject.graph, () => false);
  const run = async () => {
    const startedAt = performance.now();
    const pass = await forwardPass(graph, subject.input, []);
    const givenMs = performance.now() - startedAt;
    await pass.logits.data();
    disposePass(pass);
    return givenMs;
  };
  const { theirs, ours } = await mediansOf({ theirs: () => withoutOurs(run), ours: run }, rounds);
  print(`\nHanding a forward pass of DenseNet-169 over to no device (Dawn's null adapter); medians of ${rounds} rounds, in turn.\n`);
  printRow(['as tf.js does it', 'now', 'times faster']);
  printRow(['---:', '---:', '---:']);
  printRow([`${theirs.toFixed(2)} ms`, `${ours.toFixed(2)} ms`, (theirs / ours).toFixed(2)]);
  subject.dispose();
}
