import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servePlainly } from '../../e2e/support/plain-server.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { findOrInstallBrowser } from '../browser/find-browser.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PROJECT = mkdtempSync(join(tmpdir(), 'consumer-'));
const MAX_PACKED_BYTES = 6e6;

const run = promisify(execFile);
const inProject = (command: string, ...args: string[]) => run(command, args, { cwd: PROJECT, maxBuffer: 1e8 });

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

let packed: Packed;

/** A small network that opens as a file. */
const MODEL_FOLDER = join(ROOT, 'tools/fixtures/field/unclear-single-sigmoid-unit-two-names');

/** On WebGL, against plain JavaScript. Plain images have many equal maxima in the windows of a pooling. */
interface Own {
  readonly backend: string;
  readonly values: readonly number[];
  readonly furthest: number;
  readonly largest: number;
  /** Tensors left behind. */
  readonly left: number;
}

interface Opened {
  readonly backend: string;
  readonly layers: number;
  readonly cells: number;
  readonly values: number;
}

const CONSUMER = `
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { openLayersModel, openModel } from 'fast-ablation-cam';

const seeded = (seed) => tfl.initializers.glorotNormal({ seed });
const model = () => tfl.sequential({ layers: [
  tfl.layers.conv2d({ inputShape: [8, 8, 3], filters: 4, kernelSize: 3, padding: 'same', activation: 'relu', name: 'first', kernelInitializer: seeded(1) }),
  tfl.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
  tfl.layers.depthwiseConv2d({ kernelSize: 3, depthwiseInitializer: seeded(2) }),
  tfl.layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
  tfl.layers.globalAveragePooling2d({}),
  tfl.layers.dense({ units: 3, activation: 'softmax', kernelInitializer: seeded(3) }),
] });

async function mapsOn(backend) {
  await tf.setBackend(backend);
  const own = model();
  const image = tf.fill([1, 8, 8, 3], 0.5);
  const before = tf.memory().numTensors;
  const explainer = await openLayersModel(own);
  const values = [];
  for (const method of ['hires-cam', 'fast-ablation-cam', 'ablation-cam'])
    values.push(...(await explainer.explain(image, { method, layer: 'first', classIndex: 1 })).map.values);
  explainer.close();
  const left = tf.memory().numTensors - before;
  own.dispose();
  image.dispose();
  return { backend: explainer.backend, values, left };
}

globalThis.consumer = {
  async own() {
    const wanted = await mapsOn('cpu');
    const { backend, values, left } = await mapsOn('webgl');
    const furthest = Math.max(...values.map((value, i) => Math.abs(value - wanted.values[i])));
    return { backend, left: left + wanted.left, values: values.slice(0, 64), furthest, largest: Math.max(...wanted.values.map(Math.abs)) };
  },
  async opened(base64) {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const explainer = await openModel([new File([bytes], 'model.h5')], { backend: 'wasm' });
    const { width, height } = explainer.model.input;
    const pixels = new ImageData(width, height);
    for (let i = 0; i < pixels.data.length; i++) pixels.data[i] = i % 4 === 3 ? 255 : (i * 37) % 251;
    const { map } = await explainer.explain(await createImageBitmap(pixels), { method: 'fast-ablation-cam' });
    const { backend, model } = explainer;
    explainer.close();
    return { backend, layers: model.layers.length, cells: map.rows * map.columns, values: map.values.length };
  },
};
`;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
}

/** Packages that a module names, as they stand in `node_modules`. */
function packagesNamedIn(code: string): string[] {
  const named = [
    ...code.matchAll(
      /(?:^|[;}\s])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"./][^'"]*)['"]|\bimport\(\s*['"]([^'"./][^'"]*)['"]\s*\)|^import\s*['"]([^'"./][^'"]*)['"]/gm,
    ),
  ];
  return named.flatMap(([, one, two, three]) => {
    const [scope = '', name = ''] = (one ?? two ?? three ?? '').split('/');
    return [scope.startsWith('@') ? `${scope}/${name}` : scope];
  });
}

/** Those that are not the worker, which is whole. */
const modulesOfPackage = () => filesIn(join(ROOT, 'lib')).filter((path) => path.endsWith('.js') && !path.includes('/worker/'));

/** A module of ours, and all of ours that it leads to. */
function reachedFrom(entry: string): string[] {
  const reached = new Set([entry]);
  // What is added while the set is walked through is visited too.
  for (const path of reached) {
    const code = readFileSync(path, 'utf8');
    for (const [, named = ''] of code.matchAll(/\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)) reached.add(join(dirname(path), named));
  }
  return [...reached];
}

beforeAll(async () => {
  await run('npm', ['run', 'build:package'], { cwd: ROOT });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', PROJECT], { cwd: ROOT, maxBuffer: 1e8 });
  const [found]: Packed[] = JSON.parse(stdout);
  if (!found) throw new Error('nothing was packed');
  packed = found;
  writeFileSync(join(PROJECT, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  // tf.js as whoever uses it has it; all else follows from the package.
  await inProject(
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    `./${found.filename}`,
    '@tensorflow/tfjs-core',
    '@tensorflow/tfjs-layers',
    // The backend that most pages with tf.js run on, and none of ours.
    '@tensorflow/tfjs-backend-webgl',
  );
}, 300_000);
afterAll(() => rmSync(PROJECT, { recursive: true, force: true }));

describe('the package', () => {
  it('is small, and holds code and types alone: no weights, images or sources', () => {
    expect(packed.size).toBeLessThan(MAX_PACKED_BYTES);
    const others = packed.files
      .map(({ path }) => path)
      .filter((path) => !/^(package\.json|README\.md|LICENSE)$|^dist-node\/.+\.js$|^lib\/.+\.(js|wasm|d\.ts)$/.test(path));
    expect(others).toEqual([]);
    expect(packed.files.length).toBeGreaterThan(60);
  });

  it('names every package that its modules import', () => {
    const promised = new Set([...Object.keys(packageJson.dependencies), ...Object.keys(packageJson.peerDependencies), ...builtinModules]);
    const modules = [...modulesOfPackage(), ...filesIn(join(ROOT, 'dist-node')).filter((path) => path.endsWith('.js'))];
    const named = modules.flatMap((path) => packagesNamedIn(readFileSync(path, 'utf8')));
    expect(named).toContain('@tensorflow/tfjs-core');
    expect([...new Set(named)].filter((name) => !promised.has(name) && !name.startsWith('node:'))).toEqual([]);
  });

  it('asks nothing of Node in browsers, and nothing of anybody in mathematics', () => {
    const named = (entry: string) => [
      ...new Set(reachedFrom(join(ROOT, 'lib/library', entry)).flatMap((path) => packagesNamedIn(readFileSync(path, 'utf8')))),
    ];
    expect(named('explain.js')).toEqual([]);
    const others = named('index.js').filter((name) => !name.startsWith('@tensorflow/'));
    expect(others).toEqual([]);
  });

  it('leaves what belongs to tf.js to the tf.js that is there', () => {
    for (const path of modulesOfPackage()) expect(readFileSync(path, 'utf8'), path).not.toContain('registerBackend(name, factory');
    expect(existsSync(join(PROJECT, 'node_modules/fast-ablation-cam/node_modules'))).toBe(false);
  });
});

describe('a project that installed the package', () => {
  it('has the Grad-CAM of its own model, in the words of the documents', async () => {
    const example = join(ROOT, 'docs/examples/own-model.mjs');
    const code = readFileSync(example, 'utf8');
    expect(code.trim().split('\n').length).toBeLessThanOrEqual(26);
    expect(readFileSync(join(ROOT, 'docs/library.md'), 'utf8')).toContain(code.trim());
    cpSync(example, join(PROJECT, 'own-model.mjs'));
    const { stdout } = await inProject(process.execPath, 'own-model.mjs');
    expect(stdout).toMatch(/^Why (cat|dog)\? 30 × 30 cells, 4096 bytes; (\d+) tensors are the model’s\.$/m);
  });

  it('has the mathematics without tf.js', async () => {
    const code = `
      import { METHODS, probabilities, windowCells } from 'fast-ablation-cam/explain';
      const [a] = probabilities(Float32Array.of(0, 0), 'softmax');
      const cells = windowCells({ rows: 2, columns: 2 }, { window: 1, stride: 1 });
      process.stdout.write([a, METHODS.length, cells.length].join(' '));`;
    writeFileSync(join(PROJECT, 'mathematics.mjs'), code);
    expect((await inProject(process.execPath, 'mathematics.mjs')).stdout.trim()).toMatch(/^0\.5 \d+ 4$/);
  });

  it('opens a model from disk', async () => {
    const code = `
      import { openModel, readImage } from 'fast-ablation-cam/node';
      const explainer = await openModel(process.argv[2], { classNames: ['cat', 'dog'] });
      const { explained, map, prediction } = await explainer.explain(await readImage(process.argv[3]), { method: 'fast-ablation-cam' });
      explainer.close();
      const isWhole = map.values.length === map.rows * map.columns;
      process.stdout.write([explainer.backend, prediction.length, isWhole, ['cat', 'dog'].includes(explained.name)].join(' ') + '\\n');
      await openModel('nowhere.h5').catch(({ code, message }) => process.stdout.write(code + ' ' + message));`;
    writeFileSync(join(PROJECT, 'disk.mjs'), code);
    const { stdout } = await inProject(process.execPath, 'disk.mjs', join(MODEL_FOLDER, 'model.h5'), join(MODEL_FOLDER, 'picture.png'));
    expect(stdout).toMatch(/^wasm 2 true true$/m);
    expect(stdout).toMatch(/^model-file-missing The file nowhere\.h5 is not there; please check its name\.$/m);
  });

  it.each(['bundler', 'node16'])('finds its types by the rules of “%s”, without our sources', async (moduleResolution) => {
    const code = `
      import type { Tensor } from '@tensorflow/tfjs-core';
      import type { LayersModel } from '@tensorflow/tfjs-layers';
      import { AppError, type Explanation, explainModel, mapPixels, openLayersModel, openModel } from 'fast-ablation-cam';
      import { scoreOf, windowCells } from 'fast-ablation-cam/explain';
      import { openModel as openFromDisk, readImage } from 'fast-ablation-cam/node';
      export async function ask(model: LayersModel, image: Tensor, files: File[]): Promise<Explanation> {
        const explainer = await openLayersModel(model, { classNames: ['a', 'b'] });
        const { map } = await explainer.explain(image, { method: 'fast-ablation-cam', window: 2 });
        mapPixels(map, { width: 8, height: 8 }).fill(0);
        explainer.close();
        const opened = await openModel(files, { backend: 'wasm' });
        const names: readonly string[] = opened.model.layers.map(({ name }) => name);
        if (names.length === 0) throw new AppError('layer-unknown', String(scoreOf(new Float32Array(2), { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' })));
        windowCells(map, { window: 1, stride: 1 });
        await (await openFromDisk('model.h5')).predict(await readImage('image.png'));
        return explainModel(model, image);
      }`;
    const folder = join(PROJECT, moduleResolution);
    mkdirSync(folder);
    writeFileSync(join(folder, 'ask.ts'), code);
    const wrong = code.replace("method: 'fast-ablation-cam', window", "method: 'grad', window");
    writeFileSync(join(folder, 'wrong.ts'), wrong);
    const module = moduleResolution === 'bundler' ? 'esnext' : 'node16';
    const options = { strict: true, noEmit: true, target: 'es2022', module, moduleResolution, lib: ['es2022', 'dom'], types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['ask.ts', 'wrong.ts'] }));
    const { stdout } = await inProject(join(ROOT, 'node_modules/.bin/tsc'), '-p', folder).catch((error: { stdout: string }) => error);
    // tf.js' own types and the newest of TypeScript both declare WebGPU.
    const ours = stdout.split('\n').filter((line) => /^\S*(ask|wrong)\.ts|fast-ablation-cam/.test(line));
    expect(ours).toEqual([expect.stringMatching(/wrong\.ts.*error TS\d+: .*"grad"/)]);
  });

  it('is bundled for browsers, where it explains its own model on WebGL, and a model from a file in a worker', async () => {
    writeFileSync(join(PROJECT, 'index.html'), '<!doctype html><title>consumer</title><script type="module" src="main.js"></script>');
    writeFileSync(join(PROJECT, 'main.js'), CONSUMER);
    await inProject(process.execPath, join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error');
    const built = readdirSync(join(PROJECT, 'dist/assets'));
    expect(built.filter((name) => /^worker.*\.js$/.test(name))).toHaveLength(1);
    expect(built.filter((name) => name.endsWith('.wasm'))).toHaveLength(3);

    const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const args = [...sandbox, '--enable-unsafe-swiftshader', '--use-angle=swiftshader'];
    const browser = await chromium.launch({ executablePath: findOrInstallBrowser(), args });
    // Workers ask for workers of their own, which only a server hears of.
    const server = await servePlainly(join(PROJECT, 'dist'), '/');
    try {
      const page = await browser.newPage();
      await page.goto(server.url);
      const own: Own = await page.evaluate('consumer.own()');
      expect(own.backend).toBe('webgl');
      expect(own.left).toBe(0);
      expect(own.values.length).toBe(64);
      expect(own.furthest / own.largest).toBeLessThan(1e-3);
      const model = readFileSync(join(MODEL_FOLDER, 'model.h5')).toString('base64');
      const opened: Opened = await page.evaluate(`consumer.opened('${model}')`);
      expect(opened.backend).toBe('wasm');
      expect(opened.layers).toBeGreaterThan(2);
      expect(opened.cells).toBe(opened.values);
    } finally {
      await browser.close();
      server.close();
    }
  });
});
