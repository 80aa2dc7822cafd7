/** What `bench.ts` starts: measures, and prints tables in Markdown. */
import { parseArgs } from 'node:util';
import { availableBackends } from '../../src/engine/node/node-device.ts';
import type { BackendName } from '../../src/protocol/engine.ts';
import { printBatches } from './bench-batches.ts';
import { benchFolder } from './bench-folder.ts';
import { printHandOver } from './bench-hand-over.ts';
import { printIncremental } from './bench-incremental.ts';
import { benchLayers } from './bench-layers.ts';
import { benchOnnx, exportedDenseNet } from './bench-onnx.ts';
import { benchPool } from './bench-pool.ts';
import { openSubject } from './bench-subject.ts';
import { benchSweep } from './bench-sweep.ts';
import { benchPage, type PageTimes } from './page/bench-page.ts';
import { printWork } from './page/print-work.ts';
import { printPeers } from './peers/print-peers.ts';
import { print, printRow, seconds } from './table.ts';

const { values } = parseArgs({
  options: {
    against: { type: 'string' },
    backends: { type: 'string' },
    batches: { type: 'boolean' },
    folder: { type: 'boolean' },
    gpu: { type: 'boolean' },
    'hand-over': { type: 'boolean' },
    incremental: { type: 'boolean' },
    layers: { type: 'string' },
    memory: { type: 'string' },
    images: { type: 'string' },
    'no-layers': { type: 'boolean' },
    'no-page': { type: 'boolean' },
    onnx: { type: 'boolean' },
    page: { type: 'boolean' },
    peers: { type: 'boolean' },
    pool: { type: 'boolean' },
    rounds: { type: 'string' },
    work: { type: 'boolean' },
  },
});
const wanted = values.backends?.split(',');
/** What measures one thing alone, and not every backend. */
const isApart =
  values.page || values.pool || values.peers || values.folder || values.incremental || values.work || values.batches || values['hand-over'];
const backends = isApart ? [] : (await availableBackends()).filter((backend) => !wanted || wanted.includes(backend));

function billions(count: number): string {
  const value = count / 1e9;
  return `${value < 100 ? value.toPrecision(3) : Math.round(value)} G`;
}

/** What an explanation of the last concatenation costs. */
async function printSweeps(): Promise<void> {
  print('DenseNet-169 at 224 x 224, at its last concatenation; medians of one run; every explanation includes its forward pass.\n');
  printRow([
    'backend',
    'forward pass',
    'Grad-CAM',
    'FastAblationCAM',
    'in passes',
    'Ablation-CAM',
    'in passes',
    'six methods',
    'in passes',
    'original’s procedure',
    'times faster',
    'largest difference',
  ]);
  printRow(['---', ...Array.from({ length: 11 }, () => '---:')]);
  const together: string[] = [];
  for (const backend of backends) {
    const subject = await openSubject(backend);
    const times = await benchSweep(subject);
    const { cells, originalCells } = times;
    const note = originalCells < cells ? ` (from ${originalCells} of ${cells} cells)` : '';
    printRow([
      `${subject.device.backend} (${subject.device.adapter})`,
      seconds(times.passMs),
      seconds(times.gradCamMs),
      seconds(times.sweepMs),
      (times.sweepMs / times.passMs).toFixed(2),
      seconds(times.ablationCamMs),
      (times.ablationCamMs / times.passMs).toFixed(2),
      seconds(times.together.ms),
      (times.together.ms / times.passMs).toFixed(2),
      seconds(times.originalMs) + note,
      (times.originalMs / times.sweepMs).toFixed(1),
      `${times.difference.toExponential(1)} of the range`,
    ]);
    together.push(`Six methods at once on ${backend}: ${times.together.methods.join(', ')}.`);
    subject.dispose();
  }
  print(`\n${together.join('\n')}`);
}

/** What whole sweeps cost, layer by layer. */
async function printLayers(): Promise<void> {
  // Plain JavaScript needs most of a minute for a handful of passes, and nobody chooses it for its speed.
  for (const backend of backends.filter((name) => name !== 'cpu' || wanted?.includes('cpu'))) {
    const subject = await openSubject(backend);
    print(`\nFastAblationCAM of all cells at the end and in the middle of each block, ${backend} (${subject.device.adapter}).\n`);
    printRow([
      'layer',
      'cells',
      'timed',
      'ours',
      'whole network',
      'times faster',
      'MACs, ours',
      'whole network',
      'ours ÷ their cost at the pass’s speed',
      'largest difference',
    ]);
    printRow(['---', ...Array.from({ length: 9 }, () => '---:')]);
    for await (const times of benchLayers(subject)) {
      printRow([
        times.layer.name,
        `${times.cells}`,
        `${times.timedCells}`,
        seconds(times.sweepMs),
        seconds(times.wholeMs),
        (times.wholeMs / times.sweepMs).toFixed(1),
        billions(times.sweepMacs),
        billions(times.wholeMacs),
        times.efficiency === null ? 'next to no MACs' : times.efficiency.toFixed(2),
        times.difference.toExponential(1),
      ]);
    }
    subject.dispose();
  }
}

/** What it costs that a network came as a graph. */
async function printOnnx(): Promise<void> {
  const model = await exportedDenseNet();
  if (!model) {
    print('\nNOT MEASURED: the forward pass of an ONNX graph, for which no Python with PyTorch was found (PYTHON names one).');
    return;
  }
  print('\nDenseNet-169 as PyTorch exports it to ONNX, beside the layers-model; medians, the two in turn.\n');
  printRow(['backend', 'ONNX graph', 'layers-model', 'ONNX graph ÷ layers-model']);
  printRow(['---', '---:', '---:', '---:']);
  for (const backend of backends) {
    const { graphMs, layersMs } = await benchOnnx(backend, model);
    printRow([backend, seconds(graphMs), seconds(layersMs), (graphMs / layersMs).toFixed(2)]);
  }
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}

/** How fast the page opens, here and at another commit. */
async function printPage(against: string | null): Promise<void> {
  const { now, former } = await benchPage(against);
  print('\nThe built page from a local server, opened in a browser on WASM; medians, the pages in turn.\n');
  printRow(['page', 'visit', 'sample on screen', 'model ready', 'weights downloaded']);
  printRow(['---', '---', '---:', '---:', '---:']);
  const printTimes = (page: string, visit: string, { sampleMs, readyMs, weightBytes }: PageTimes) =>
    printRow([page, visit, seconds(sampleMs), seconds(readyMs), `${(weightBytes / 1e6).toFixed(1)} MB`]);
  for (const visit of ['first', 'second'] as const) {
    printTimes('this one', visit, now[visit]);
    if (!former || against === null) continue;
    printTimes(against, visit, former[visit]);
    const [sample, ready] = [now[visit].sampleMs / former[visit].sampleMs, now[visit].readyMs / former[visit].readyMs];
    printRow([`this one ÷ ${against}`, visit, percent(sample), percent(ready), '']);
  }
}

/** Whether threads of one engine or several engines are quicker. */
async function printPool(): Promise<void> {
  const { count, images, adapters, passMs, sweepMs, setMs, setAtOnceMs, difference } = await benchPool(Number(values.rounds ?? 5));
  print('\nDenseNet-169 at 224 x 224 on WASM in a browser whose page is isolated; medians of one run, all in turn.\n');
  const names = [`one engine (${adapters.one})`, `one engine (${adapters.threads})`, `pool of ${count} (${adapters.pool} each)`];
  printRow(['what', ...names, 'threads, times faster', 'pool, times faster']);
  printRow(['---', '---:', '---:', '---:', '---:', '---:']);
  const printTimes = (what: string, { one, threads, pool }: typeof passMs) =>
    printRow([what, seconds(one), seconds(threads), seconds(pool), (one / threads).toFixed(2), (one / pool).toFixed(2)]);
  printTimes('forward pass', passMs);
  printTimes('FastAblationCAM at the end of conv4', sweepMs);
  printTimes(`${images} images, a map of each measured`, setMs);
  printTimes('the same, as many images at once as engines', { ...setMs, pool: setAtOnceMs });
  print(`\nThe largest difference of a logit of the sweeps: ${difference.toExponential(1)}.`);
}

/** What a folder of images costs by the command line. */
async function printFolder(): Promise<void> {
  const { images, workers, byOne, byAll, whole, memory } = await benchFolder(Number(values.images ?? 1000));
  print(
    '\nThe command line: DenseNet-169 at its last concatenation, Grad-CAM and FastAblationCAM of each image with all files; medians, in turn.\n',
  );
  printRow(['workers', 'images per second', 'times one worker']);
  printRow(['---:', '---:', '---:']);
  printRow(['1', byOne.toFixed(2), '1']);
  printRow([`${workers}`, byAll.toFixed(2), (byAll / byOne).toFixed(2)]);
  const held = memory.map((bytes) => `${(bytes / 1e6).toFixed(0)} MB`).join(', ');
  print(`\n${images} images in one run: ${whole.toFixed(2)} a second; memory after a tenth, half, and nearly all of them: ${held}.`);
}

if (!isApart) {
  if (!values.onnx) await printSweeps();
  if (!values.onnx && !values['no-layers']) await printLayers();
  await printOnnx();
}
if (values.incremental) {
  const memoryMb = values.memory === undefined ? undefined : Number(values.memory);
  for (const backend of (wanted ?? ['wasm']) as BackendName[])
    await printIncremental(backend, Number(values.rounds ?? 5), values.layers?.split(',') ?? null, memoryMb);
} else if (values.batches)
  for (const backend of (wanted ?? ['webgpu']) as BackendName[]) await printBatches(backend, Number(values.rounds ?? 9));
else if (values['hand-over']) await printHandOver(Number(values.rounds ?? 51));
else if (values.folder) await printFolder();
else if (values.pool) await printPool();
else if (values.work) await printWork(Number(values.rounds ?? 2));
else if (values.peers) await printPeers();
else if (values.page || !(values.onnx || values['no-page'])) await printPage(values.against ?? null);
// Dawn keeps the process alive for as long as it holds the GPU.
process.exit(0);
