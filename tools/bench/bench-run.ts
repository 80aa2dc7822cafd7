import { parseArgs } from 'node:util';
import { availableBackends } from '../../src/engine/node/node-device.ts';
import { benchPage, type PageTimes } from './bench-page.ts';
import { benchSweep } from './bench-sweep.ts';

const { values } = parseArgs({ options: { backends: { type: 'string' }, gpu: { type: 'boolean' }, 'no-page': { type: 'boolean' } } });
const wanted = values.backends?.split(',');
const backends = (await availableBackends()).filter((backend) => !wanted || wanted.includes(backend));

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 3 : 1)} s`;
}

process.stdout.write('DenseNet-169 at 224 x 224, medians of one run; every explanation includes its forward pass.\n\n');
process.stdout.write(
  '| backend | forward pass | Grad-CAM | FastAblationCAM | in passes | original’s procedure | times faster | largest difference |\n',
);
process.stdout.write('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n');
for (const backend of backends) {
  const times = await benchSweep(backend, 'public/models/densenet169-polen23e');
  const { device, cells, originalCells } = times;
  const note = originalCells < cells ? ` (from ${originalCells} of ${cells} cells)` : '';
  const row = [
    `${device.backend} (${device.adapter})`,
    seconds(times.passMs),
    seconds(times.gradCamMs),
    seconds(times.sweepMs),
    (times.sweepMs / times.passMs).toFixed(2),
    seconds(times.originalMs) + note,
    (times.originalMs / times.sweepMs).toFixed(1),
    `${times.difference.toExponential(1)} of the range`,
  ];
  process.stdout.write(`| ${row.join(' | ')} |\n`);
}

if (!values['no-page']) {
  const { first, second } = await benchPage();
  const row = (visit: string, { sampleMs, readyMs, weightBytes }: PageTimes) =>
    `| ${visit} | ${seconds(sampleMs)} | ${seconds(readyMs)} | ${(weightBytes / 1e6).toFixed(1)} MB |\n`;
  process.stdout.write('\nThe built page from a local server, opened in a browser on WASM.\n\n');
  process.stdout.write('| visit | sample on screen | model ready | weights downloaded |\n| --- | ---: | ---: | ---: |\n');
  process.stdout.write(row('first', first) + row('second', second));
}
// Dawn keeps the process alive for as long as it holds the GPU.
process.exit(0);
