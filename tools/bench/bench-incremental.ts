/**
 * What it saves to work out no more of a copy than what it changes: sweeps of whole tails, each layer as it is written, in turn with
 * incremental ones, on the same cells.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import { afterReluTailOf } from '../../src/engine/graph/after-relu-tail.ts';
import { findNode, type GraphNode, tailOf } from '../../src/engine/graph/layer-graph.ts';
import { workOf } from '../../src/engine/graph/work-size.ts';
import { DEFAULT_ABLATION } from '../../src/explain/ablation-plan.ts';
import { blockEnds } from '../../src/explain/layer-groups.ts';
import { ablationWork } from '../../src/explain/methods/ablation-sweep.ts';
import { sweepMethod } from '../../src/explain/methods/list.ts';
import { isSweepResult, type SweepWork } from '../../src/explain/work.ts';
import { type ReadModel, readModel } from '../../src/formats/read-model.ts';
import type { BackendName } from '../../src/protocol/engine.ts';
import type { ExactEvaluation } from '../../src/protocol/explain.ts';
import { PYTHONS } from './bench-onnx.ts';
import { type BenchSubject, openSubject } from './bench-subject.ts';
import { medianTimes } from './measure.ts';
import { print, printRow, seconds } from './table.ts';

const SCRIPT = fileURLToPath(new URL('export_weights.py', import.meta.url));

/** Of the built-in DenseNet-169. */
const LAYERS = [
  ...['conv5_block32_concat', 'conv5_block24_concat', 'conv5_block16_concat'],
  ...['conv4_block32_concat', 'conv4_block24_concat', 'conv4_block16_concat'],
  ...['conv3_block12_concat', 'conv2_block6_concat'],
];

/** Networks of torchvision’s with random weights: what is saved does not depend on what they have learnt. */
const OTHERS = ['resnet50', 'efficientnet_b0'];

/** Earlier layers have thousands of cells: some of them, spread over the layer, tell what one costs. */
const MOST_ITEMS = 196;

/** What is swept. */
interface Sweep {
  readonly title: string;
  readonly of: 'cell' | 'channel';
  readonly layers: readonly string[];
  readonly work: Omit<SweepWork, 'items'>;
}

/** In the middle of a dense block, and at its end. */
const DENSE_BLOCKS = ['conv5_block16_concat', 'conv4_block32_concat'];

const CELLS: Sweep = { title: 'FastAblationCAM', of: 'cell', layers: LAYERS, work: ablationWork(DEFAULT_ABLATION) };

const SWEEPS: readonly Sweep[] = [
  CELLS,
  {
    title: 'FastAblationCAM, nothing after the next ReLU,',
    of: 'cell',
    layers: DENSE_BLOCKS,
    work: ablationWork({ ...DEFAULT_ABLATION, value: 'after-relu' }),
  },
  { title: 'Ablation-CAM', of: 'channel', layers: DENSE_BLOCKS, work: { method: 'ablation-cam' } },
  {
    title: 'Ablation-CAM, nothing after the next ReLU,',
    of: 'channel',
    layers: DENSE_BLOCKS,
    work: { method: 'ablation-cam', channelValue: 'after-relu' },
  },
];

/** What runs a sweep, counted. */
interface Count {
  kernels: number;
  bytes: number;
}

/** What tf.js runs meanwhile: kernels, of which each is at least one dispatch on a GPU, and bytes that are written. */
async function counted(run: () => Promise<unknown>): Promise<Count> {
  const engine = tf.engine();
  const { runKernel, trackTensor } = engine;
  const count: Count = { kernels: 0, bytes: 0 };
  engine.runKernel = (...call: Parameters<typeof runKernel>) => {
    // Another shape of the same values costs nothing.
    if (call[0] !== tf.Reshape) count.kernels++;
    return runKernel.apply(engine, call) as never;
  };
  engine.trackTensor = (tensor, backend) => {
    if (!engine.state.tensorInfo.has(tensor.dataId)) count.bytes += tensor.size * tf.util.bytesPerElement(tensor.dtype);
    trackTensor.call(engine, tensor, backend);
  };
  try {
    await run();
  } finally {
    Object.assign(engine, { runKernel, trackTensor });
  }
  return count;
}

/** Its network, or null where no Python with PyTorch can be had. */
async function networkOf(name: string): Promise<ReadModel | null> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-incremental-'));
  try {
    const file = join(folder, `${name}.pt`);
    const found = PYTHONS.some((python) => spawnSync(python, [SCRIPT, name, file], { stdio: 'ignore' }).status === 0);
    return found ? await readModel([{ name: `${name}.pt`, bytes: new Uint8Array(await readFile(file)) }]) : null;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The furthest that two sweeps are apart in any class, as a share of the class's range. */
function difference(one: Float32Array, other: Float32Array, items: Uint32Array, classes: number): number {
  const ofClass = (c: number) => {
    const pairs = Array.from(items, (item) => [one[item * classes + c] ?? 0, other[item * classes + c] ?? 0] as const);
    const values = pairs.map(([value]) => value);
    const range = Math.max(...values) - Math.min(...values);
    return range > 0 ? Math.max(...pairs.map(([a, b]) => Math.abs(a - b))) / range : 0;
  };
  return Math.max(...Array.from({ length: classes }, (_, c) => ofClass(c)));
}

/** Which are run: neighbouring channels share a batch, and cells are spread over the layer. */
function itemsOf({ of }: Sweep, all: number): Uint32Array {
  const count = Math.min(all, MOST_ITEMS);
  return Uint32Array.from({ length: count }, (_, i) => (of === 'channel' ? i : Math.floor((i * all) / count)));
}

/** What a copy costs whole, in MACs. */
function wholeMacs({ graph }: BenchSubject, node: GraphNode, { work }: Sweep): number {
  const tail = tailOf(graph, node.id);
  const reluTail = [work.ablation?.value, work.channelValue].includes('after-relu') ? afterReluTailOf(graph, tail) : null;
  return workOf(graph, reluTail?.rest.steps ?? tail.steps).macs;
}

async function printLayer(subject: BenchSubject, sweep: Sweep, name: string, rounds: number): Promise<void> {
  const node = findNode(subject.graph, name);
  const layer = subject.info.layers.find((one) => one.name === name);
  if (!node || !layer) throw new Error(`the model has no layer ${name}`);
  const all = sweep.of === 'channel' ? layer.channels : layer.rows * layer.columns;
  const items = itemsOf(sweep, all);
  const count = items.length;
  const logits = new Map<ExactEvaluation, Float32Array>();
  const run = (exact: ExactEvaluation) => async () => {
    const { result } = await subject.ask(name, { ...sweep.work, items }, false, exact);
    if (!result || !isSweepResult(result)) throw new Error('the engine gave no sweep');
    logits.set(exact, result.sweep.logits);
  };
  await subject.ask(name, null, true);
  const counts = { dense: await counted(run('dense')), incremental: await counted(run('incremental')) };
  const times = await medianTimes({ dense: run('dense'), incremental: run('incremental') }, rounds);
  const copy = sweepMethod(sweep.work.method).copySize(layer, subject.info, { ...sweep.work, items });
  const [dense = new Float32Array(), incremental = new Float32Array()] = [logits.get('dense'), logits.get('incremental')];
  const millions = (macs: number) => (macs / 1e6).toFixed(0);
  printRow([
    name,
    count < all ? `${all} (${count} timed)` : `${all}`,
    `${millions(wholeMacs(subject, node, sweep))} → ${copy ? millions(copy.macs) : '?'}`,
    seconds((times.dense / count) * all),
    seconds((times.incremental / count) * all),
    (times.dense / times.incremental).toFixed(2),
    `${(counts.dense.kernels / count).toFixed(1)} → ${(counts.incremental.kernels / count).toFixed(1)}`,
    `${(counts.dense.bytes / count / 1e6).toFixed(1)} → ${(counts.incremental.bytes / count / 1e6).toFixed(1)}`,
    difference(dense, incremental, items, dense.length / all).toExponential(1),
  ]);
}

async function printSweep(title: string, subject: BenchSubject, sweep: Sweep, rounds: number): Promise<void> {
  const { backend, adapter } = subject.device;
  const memory = `${subject.budgetBytes / 1e6} MB a batch`;
  print(`\n${sweep.title} of ${title} at 224 x 224, ${backend} (${adapter}), ${memory}; medians, the two in turn.\n`);
  const [one, times] = [`a ${sweep.of}`, ['dense', 'incremental', 'times faster']];
  printRow(['layer', `${sweep.of}s`, `MMAC ${one}`, ...times, `kernels ${one}`, `MB written ${one}`, 'largest difference']);
  printRow(['---', ...Array.from({ length: 8 }, () => '---:')]);
  for (const layer of sweep.layers) await printLayer(subject, sweep, layer, rounds);
}

/**
 * @param layers of the DenseNet, at which each sweep runs; null: those of the tables in the docs, and other networks after them
 * @param memoryMb what a batch may take; left out: as much as by itself
 */
export async function printIncremental(
  backend: BackendName,
  rounds: number,
  layers: readonly string[] | null,
  memoryMb: number | undefined,
): Promise<void> {
  const densenet = await openSubject(backend, null, memoryMb);
  for (const sweep of SWEEPS) await printSweep('DenseNet-169', densenet, layers ? { ...sweep, layers } : sweep, rounds);
  densenet.dispose();
  if (layers) return;
  for (const name of OTHERS) {
    const network = await networkOf(name);
    if (!network) {
      print(`\nNOT MEASURED: ${name}, for which no Python with PyTorch was found (PYTHON names one).`);
      continue;
    }
    const subject = await openSubject(backend, network, memoryMb);
    const ends = blockEnds(subject.info.layers).map((end) => end.name);
    await printSweep(name, subject, { ...CELLS, layers: ends }, rounds);
    subject.dispose();
  }
}
