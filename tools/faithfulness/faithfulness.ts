/**
 * `npm run faithfulness -- IMAGES RESULTS`: measures every method on a folder of images, a folder for each class, with a built-in network, and
 * prints the tables of `docs/faithfulness.md`.
 *
 * Every image is written to RESULTS, a line of JSON each, as it is done; what is there already is not measured again, so that a run can be
 * stopped and continued, and maps that take long can be measured on fewer images.
 */
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { download } from '../../src/engine/loading/download.ts';
import { openModel } from '../../src/engine/loading/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { chooseReplacement, isMuchLeft, leftShare, meanLeft, type Removal, sampled } from '../../src/metrics/removal.ts';
import type { ReplacementKind } from '../../src/metrics/replacement.ts';
import type { BackendName } from '../../src/protocol/engine.ts';
import type { RgbaPixels } from '../../src/protocol/explain.ts';
import { removalWords } from '../../src/state/faithfulness/removal-words.ts';
import { type HeldOutImage, heldOutPaths } from '../training/held-out.ts';
import { type Instrument, measureImage, removalOf } from './measure-image.ts';
import { addTo, differencesTable, meansTable, readResults, resultLine, withTables, wrapped } from './results.ts';
import { RANDOM, type Subject, subjectsOf } from './subjects.ts';
import { TorchEngine } from './torch-engine.ts';
import { TorchPasses } from './torch-passes.ts';

const USAGE = `Usage: npm run faithfulness -- IMAGES RESULTS [options]

  IMAGES               a folder of images, a folder for each class
  RESULTS              a file, a line of JSON for each image; what is in it is not measured again
  --model FOLDER       a built-in model (public/models/densenet169-polen23e)
  --held-out           only images that the training held out, of classes that the network knows
  --count N            so many images at most, taken in turn from the classes
  --most-passes N      only maps that take at most so many forward passes (60)
  --backend NAME       wasm (as it is without this), webgpu or cpu
  --memory MB          what a batch of passes may take (64)
  --torch PYTHON       has whole passes of copies of the image run by PyTorch: python3 with torch and torchvision
  --part I/N           the I-th of N equal parts alone, so that several runs share the images out; their RESULTS are put one after the other
  --into DOCUMENT      puts the tables into a document, where comments name the model's folder

Maps that take long can be measured of fewer images: --count 8 --most-passes 2100 after the others. --count 0 measures nothing more.`;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: 'public/models/densenet169-polen23e' },
    'held-out': { type: 'boolean', default: false },
    count: { type: 'string', default: 'Infinity' },
    'most-passes': { type: 'string', default: '60' },
    backend: { type: 'string', default: 'wasm' },
    memory: { type: 'string', default: '64' },
    torch: { type: 'string' },
    part: { type: 'string', default: '1/1' },
    into: { type: 'string' },
  },
});
const [folder, out] = positionals;
if (!folder || !out) throw new Error(USAGE);

/** One of every class, then the second of every class, and so on: however many are measured, no class is preferred. */
function inTurn(images: readonly HeldOutImage[]): HeldOutImage[] {
  const labels = [...new Set(images.map(({ label }) => label))];
  const perClass = labels.map((label) => images.filter((image) => image.label === label));
  const most = Math.max(...perClass.map(({ length }) => length));
  return Array.from({ length: most }, (_, i) => perClass.flatMap((ofClass) => ofClass[i] ?? [])).flat();
}

async function read(path: string): Promise<RgbaPixels> {
  const { data, info } = await sharp(path).rotate().ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
}

const BACKENDS: readonly BackendName[] = ['webgpu', 'wasm', 'cpu'];
const backend = BACKENDS.find((name) => name === options.backend);
const [part = 1, parts = 1] = options.part.split('/').map(Number);
if (!backend || !(part >= 1 && part <= parts)) throw new Error(USAGE);

const engine = new TorchEngine({ device: await nodeDeviceEnvironment(), openModel, download });
await engine.start(backend);
const loaded = await engine.loadModel(await modelFolder(options.model, 'built-in'), () => {});
const { torch } = options;
if (torch) {
  const passes = (precision: 'bfloat16' | 'float32') => new TorchPasses(torch, options.model, loaded.units, precision);
  engine.runPassesBy({ quick: passes('bfloat16'), precise: passes('float32') });
}
// Whose maps are affordable depends on what they cost.
const info = { ...loaded, ...(await engine.planLayers()) };
const instrument: Instrument = { engine, info, budgetBytes: Number(options.memory) * 1e6 };
const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
const found = options['held-out']
  ? heldOutPaths(paths, info.classNames)
  : paths.filter((path) => /.[/].*[.]\w+$/.test(path)).map((path) => ({ path, label: path.split('/').at(-2) ?? '' }));
const ordered = inTurn(found);
const all = ordered.slice(0, Number(options.count));
const given = async ({ path, label }: HeldOutImage) => ({ path, label, pixels: await read(join(folder, path)) });
const results = readResults(out);

/** One for all images, as in the page; a run that goes on keeps the one that it began with. */
async function replacementOfAll(): Promise<ReplacementKind> {
  for (const { removal } of results.values()) return removal.replacement;
  const removals: Removal[] = [];
  for (const entry of sampled(all)) removals.push(...(await removalOf(instrument, await given(entry))));
  const chosen = chooseReplacement(removals);
  process.stderr.write(`${removalWords(chosen, true, (kind) => meanLeft(removals, kind))}\n`);
  return chosen;
}

const subjects = subjectsOf(info);
const affordable = subjects.filter(({ passes }) => passes <= Number(options['most-passes']));
const replacement = await replacementOfAll();
for (const [i, entry] of all.entries()) {
  if (i % parts !== part - 1) continue;
  const known = results.get(entry.path)?.scores ?? {};
  const missing: Subject[] = affordable.filter(({ title }) => !(title in known));
  if (missing.length === 0) continue;
  const done = await measureImage(instrument, missing, { steps: 8, replacement }, await given(entry), RANDOM in known ? null : i);
  addTo(results, done);
  appendFileSync(out, resultLine(done));
  process.stderr.write(`${i + 1} of ${all.length}: ${entry.path}\n`);
}
engine.dispose();

const measured = [...results.values()];
const removed = measured.map(({ removal }) => removal);
const left = removalWords(replacement, false, (kind) => meanLeft(removed, kind));
const much = removed.filter((removal) => isMuchLeft(leftShare(removal, replacement))).length;
const titles = [...subjects.map(({ title }) => title), RANDOM].filter((title) => measured.some(({ scores }) => title in scores));
const words = `${measured.length} of ${ordered.length} images, taken in turn from the classes. ${left} In ${much} of them over half is left.`;
const tables = [meansTable(measured, titles), ...[RANDOM, 'Grad-CAM'].map((other) => differencesTable(measured, titles, other))];
const text = [wrapped(words), ...tables].join('\n\n');
if (options.into) writeFileSync(options.into, withTables(readFileSync(options.into, 'utf8'), basename(options.model), text));
process.stdout.write(`${text}\n`);
