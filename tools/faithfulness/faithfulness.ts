/**
 * `npm run faithfulness -- PICTURES OUT [COUNT]`: measures the methods on a folder of pictures, a folder for each class, with the built-in pollen
 * network, and prints the table of `docs/faithfulness.md`.
 *
 * Every picture is written to OUT, a line of JSON each, as it is done; those that are there already are not measured again.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { DEFAULT_MEASURE } from '../../src/core/faithfulness/measures.ts';
import { isYesOrNo, METRICS, metricScores } from '../../src/core/faithfulness/scores.ts';
import { summarise, summariseProportion } from '../../src/core/faithfulness/summary.ts';
import { download } from '../../src/engine/download.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { openModel } from '../../src/engine/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import type { RgbaPixels } from '../../src/protocol/engine.ts';
import { formatInterval, formatMetric } from '../../src/ui/format.ts';
import { type MeasuredPicture, measurePicture, RANDOM, type Subject } from './measure-picture.ts';

const MODEL_FOLDER = 'public/models/densenet169-polen23e';
const LAST = 'conv5_block32_concat';
const SUBJECTS: readonly Subject[] = [
  { title: 'Grad-CAM', method: 'grad-cam', layer: LAST },
  { title: 'Ablation-CAM', method: 'ablation-cam', layer: LAST },
  { title: 'FastAblationCAM', method: 'fast-ablation-cam', layer: LAST },
  { title: 'FastAblationCAM at `relu`', method: 'fast-ablation-cam', layer: 'relu' },
];

/** One of every class, then the second of every class, and so on: however many are measured, no class is preferred. */
function picturesIn(folder: string): { path: string; label: string }[] {
  const perClass = readdirSync(folder).map((label) => readdirSync(join(folder, label)).map((file) => ({ path: join(label, file), label })));
  const most = Math.max(...perClass.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => perClass.flatMap((pictures) => pictures[i] ?? [])).flat();
}

async function read(path: string): Promise<RgbaPixels> {
  const { data, info } = await sharp(path).rotate().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

function table(measured: readonly MeasuredPicture[]): string {
  const metrics = METRICS.filter(({ needsBox }) => !needsBox);
  const rows = [...SUBJECTS.map(({ title }) => title), RANDOM].map((title) => {
    const scores = measured.map(({ measures }) => metricScores(measures[title] ?? null, null, 'softmax'));
    const cells = metrics.map(({ id }) => {
      const values = scores.map((score) => score[id]);
      const summary = isYesOrNo(id) ? summariseProportion(values) : summarise(values);
      return summary.mean === null ? '–' : `${formatMetric(summary.mean)} ${formatInterval(summary)}`;
    });
    return `| ${[title, ...cells].join(' | ')} |`;
  });
  const heads = metrics.map(({ title, isMoreBetter }) => `${title} ${isMoreBetter ? '↑' : '↓'}`);
  return [`| ${['Map', ...heads].join(' | ')} |`, `| --- |${' ---: |'.repeat(heads.length)}`, ...rows].join('\n');
}

/** Pictures differ more than maps do: what one map has over another is measured picture by picture. */
function differences(measured: readonly MeasuredPicture[], pairs: readonly (readonly [string, string])[]): string {
  const metrics = METRICS.filter(({ id, needsBox }) => !needsBox && !isYesOrNo(id));
  const rows = pairs.map(([title, other]) => {
    const cells = metrics.map(({ id }) => {
      const scoreOf = ({ measures }: MeasuredPicture, of: string) => metricScores(measures[of] ?? null, null, 'softmax')[id];
      const changes = measured.map((picture) => {
        const [own, others] = [scoreOf(picture, title), scoreOf(picture, other)];
        return own === null || others === null ? null : own - others;
      });
      const summary = summarise(changes);
      return summary.mean === null ? '–' : `${formatMetric(summary.mean)} ${formatInterval(summary)}`;
    });
    return `| ${[`${title} less ${other}`, ...cells].join(' | ')} |`;
  });
  const heads = metrics.map(({ title }) => title);
  return [`| ${['Difference', ...heads].join(' | ')} |`, `| --- |${' ---: |'.repeat(heads.length)}`, ...rows].join('\n');
}

const [folder, out, count] = process.argv.slice(2);
if (!folder || !out) throw new Error('Usage: npm run faithfulness -- PICTURES OUT [COUNT]');
const measured: MeasuredPicture[] = existsSync(out)
  ? readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
await engine.start('wasm');
const info = await engine.loadModel(await modelFolder(MODEL_FOLDER, 'built-in'), () => {});
for (const [i, { path, label }] of picturesIn(folder)
  .slice(0, Number(count ?? 1e9))
  .entries()) {
  if (measured.some((done) => done.path === path)) continue;
  const picture = { path, label, pixels: await read(join(folder, path)) };
  const done = await measurePicture(engine, info, SUBJECTS, { ...DEFAULT_MEASURE, steps: 8 }, picture, i);
  measured.push(done);
  appendFileSync(out, `${JSON.stringify(done)}\n`);
  process.stderr.write(`${measured.length} ${path}\n`);
}
engine.dispose();
const pairs = [
  ['Grad-CAM', RANDOM],
  ['FastAblationCAM', RANDOM],
  ['FastAblationCAM', 'Grad-CAM'],
] as const;
process.stdout.write(`${measured.length} pictures\n\n${table(measured)}\n\n${differences(measured, pairs)}\n`);
