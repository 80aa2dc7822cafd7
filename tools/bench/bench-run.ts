/** What `bench.ts` starts: measures, and prints tables in Markdown. */
import { parseArgs } from 'node:util';
import { availableBackends } from '../../src/engine/node/node-device.ts';
import { benchLayers } from './bench-layers.ts';
import { benchPage, type PageTimes } from './bench-page.ts';
import { openSubject } from './bench-subject.ts';
import { benchSweep } from './bench-sweep.ts';

const { values } = parseArgs({
  options: {
    backends: { type: 'string' },
    gpu: { type: 'boolean' },
    'no-layers': { type: 'boolean' },
    'no-page': { type: 'boolean' },
  },
});
const wanted = values.backends?.split(',');
const backends = (await availableBackends()).filter((backend) => !wanted || wanted.includes(backend));

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 3 : 1)} s`;
}

function billions(count: number): string {
  const value = count / 1e9;
  return `${value < 100 ? value.toPrecision(3) : Math.round(value)} G`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function printRow(cells: readonly string[]): void {
  print(`| ${cells.join(' | ')} |`);
}

print('DenseNet-169 at 224 x 224, at its last concatenation; medians of one run; every explanation includes its forward pass.\n');
printRow([
  'backend',
  'forward pass',
  'Grad-CAM',
  'FastAblationCAM',
  'in passes',
  'Ablation-CAM',
  'in passes',
  'original’s procedure',
  'times faster',
  'largest difference',
]);
printRow(['---', ...Array.from({ length: 9 }, () => '---:')]);
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
    seconds(times.originalMs) + note,
    (times.originalMs / times.sweepMs).toFixed(1),
    `${times.difference.toExponential(1)} of the range`,
  ]);
  subject.dispose();
}

if (!values['no-layers']) {
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

if (!values['no-page']) {
  const { first, second } = await benchPage();
  print('\nThe built page from a local server, opened in a browser on WASM.\n');
  printRow(['visit', 'sample on screen', 'model ready', 'weights downloaded']);
  printRow(['---', '---:', '---:', '---:']);
  for (const [visit, { sampleMs, readyMs, weightBytes }] of [
    ['first', first],
    ['second', second],
  ] as const satisfies readonly (readonly [string, PageTimes])[]) {
    printRow([visit, seconds(sampleMs), seconds(readyMs), `${(weightBytes / 1e6).toFixed(1)} MB`]);
  }
}
// Dawn keeps the process alive for as long as it holds the GPU.
process.exit(0);
