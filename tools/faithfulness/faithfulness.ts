/**
 * `npm run faithfulness -- IMAGES OUT [COUNT]`: measures the methods on a folder of images, a folder for each class, with the built-in pollen
 * network, and prints the table of `docs/faithfulness.md`.
 *
 * Every image is written to OUT, a line of JSON each, as it is done; those that are there already are not measured again.
 */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { formatInterval, formatMetric } from '../../src/core/reports/format.ts';
import { summarise, summariseProportion } from '../../src/core/statistics/summary.ts';
import { download } from '../../src/engine/loading/download.ts';
import { openModel } from '../../src/engine/loading/model-source.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { chooseReplacement, isMuchLeft, leftShare, meanLeft, type Removal, sampled } from '../../src/metrics/removal.ts';
import type { ReplacementKind } from '../../src/metrics/replacement.ts';
import { isYesOrNo, METRICS, metricScores } from '../../src/metrics/scores.ts';
import type { RgbaPixels } from '../../src/protocol/explain.ts';
import { removalWords } from '../../src/state/faithfulness/removal-words.ts';
import { type MeasuredImage, measureImage, RANDOM, removalOf, type Subject } from './measure-image.ts';

const MODEL_FOLDER = 'public/models/densenet169-polen23e';
const LAST = 'conv5_block32_concat';
const SUBJECTS: readonly Subject[] = [
  { title: 'Grad-CAM', method: 'grad-cam', layer: LAST },
  { title: 'Ablation-CAM', method: 'ablation-cam', layer: LAST },
  { title: 'FastAblationCAM', method: 'fast-ablation-cam', layer: LAST },
  { title: 'FastAblationCAM at `relu`', method: 'fast-ablation-cam', layer: 'relu' },
];

/** One of every class, then the second of every class, and so on: however many are measured, no class is preferred. */
function imagesIn(folder: string): { path: string; label: string }[] {
  const perClass = readdirSync(folder).map((label) => readdirSync(join(folder, label)).map((file) => ({ path: join(label, file), label })));
  const most = Math.max(...perClass.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => perClass.flatMap((images) => images[i] ?? [])).flat();
}

async function read(path: string): Promise<RgbaPixels> {
  const { data, info } = await sharp(path).rotate().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

function table(measured: readonly MeasuredImage[]): string {
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

/** Images differ more than maps do: what one map has over another is measured image by image. */
function differences(measured: readonly MeasuredImage[], pairs: readonly (readonly [string, string])[]): string {
  const metrics = METRICS.filter(({ id, needsBox }) => !needsBox && !isYesOrNo(id));
  const rows = pairs.map(([title, other]) => {
    const cells = metrics.map(({ id }) => {
      const scoreOf = ({ measures }: MeasuredImage, of: string) => metricScores(measures[of] ?? null, null, 'softmax')[id];
      const changes = measured.map((image) => {
        const [own, others] = [scoreOf(image, title), scoreOf(image, other)];
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
if (!folder || !out) throw new Error('Usage: npm run faithfulness -- IMAGES OUT [COUNT]');
const measured: MeasuredImage[] = existsSync(out)
  ? readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
await engine.start('wasm');
const info = await engine.loadModel(await modelFolder(MODEL_FOLDER, 'built-in'), () => {});
const all = imagesIn(folder);
const given = async ({ path, label }: { path: string; label: string }) => ({ path, label, pixels: await read(join(folder, path)) });

/** One for all images, as in the page; a run that goes on keeps the one that it began with. */
async function replacementOfAll(): Promise<ReplacementKind> {
  const [first] = measured;
  if (first) return first.removal?.replacement ?? 'blur';
  const removals: Removal[] = [];
  for (const entry of sampled(all)) removals.push(...(await removalOf(engine, info, await given(entry))));
  const chosen = chooseReplacement(removals);
  process.stderr.write(`${removalWords(chosen, true, (kind) => meanLeft(removals, kind))}\n`);
  return chosen;
}

const replacement = await replacementOfAll();
for (const [i, entry] of all.slice(0, Number(count ?? 1e9)).entries()) {
  const { path } = entry;
  if (measured.some((done) => done.path === path)) continue;
  const done = await measureImage(engine, info, SUBJECTS, { steps: 8, replacement }, await given(entry), i);
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
const removed = measured.flatMap(({ removal }) => removal ?? []);
const left = removalWords(replacement, false, (kind) => meanLeft(removed, kind));
const much = removed.filter((removal) => isMuchLeft(leftShare(removal, replacement))).length;
process.stdout.write(
  `${measured.length} images. ${left} Over half is left of ${much}.\n\n${table(measured)}\n\n${differences(measured, pairs)}\n`,
);
