import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

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
      console.log(a, METHODS.length, windowCells({ rows: 2, columns: 2 }, { window: 1, stride: 1 }).length);`;
    writeFileSync(join(PROJECT, 'mathematics.mjs'), code);
    expect((await inProject(process.execPath, 'mathematics.mjs')).stdout.trim()).toMatch(/^0\.5 \d+ 4$/);
    const module = readFileSync(join(PROJECT, 'node_modules/fast-ablation-cam/lib/explain.js'), 'utf8');
    expect(packagesNamedIn(module)).toEqual([]);
  });

  it('opens a model from disk', async () => {
    const folder = join(ROOT, 'tools/fixtures/field/unclear-single-sigmoid-unit-two-names');
    const code = `
      import { openModel, readImage } from 'fast-ablation-cam/node';
      const explainer = await openModel(process.argv[2], { classNames: ['cat', 'dog'] });
      const { explained, map, prediction } = await explainer.explain(await readImage(process.argv[3]), { method: 'fast-ablation-cam' });
      explainer.close();
      console.log(explainer.backend, prediction.length, map.values.length === map.rows * map.columns, ['cat', 'dog'].includes(explained.name));
      await openModel('nowhere.h5').catch(({ code, message }) => console.log(code, message));`;
    writeFileSync(join(PROJECT, 'disk.mjs'), code);
    const { stdout } = await inProject(process.execPath, 'disk.mjs', join(folder, 'model.h5'), join(folder, 'picture.png'));
    expect(stdout).toMatch(/^wasm 2 true true$/m);
    expect(stdout).toMatch(/^model-file-missing The file nowhere\.h5 could not be read .*\.$/m);
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
        // @ts-expect-error: there is no such method.
        await explainModel(model, image, { method: 'grad' });
        return explainModel(model, image);
      }`;
    const folder = join(PROJECT, moduleResolution);
    mkdirSync(folder);
    writeFileSync(join(folder, 'ask.ts'), code);
    const module = moduleResolution === 'bundler' ? 'esnext' : 'node16';
    const options = { strict: true, noEmit: true, target: 'es2022', module, moduleResolution, lib: ['es2022', 'dom'], types: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['ask.ts'] }));
    const { stdout } = await inProject(join(ROOT, 'node_modules/.bin/tsc'), '-p', folder).catch((error: { stdout: string }) => error);
    // tf.js' own types and the newest of TypeScript both declare WebGPU.
    expect(stdout.split('\n').filter((line) => /ask\.ts|fast-ablation-cam/.test(line))).toEqual([]);
  });

  it('can be bundled for browsers, with the worker and its WebAssembly beside it', async () => {
    writeFileSync(join(PROJECT, 'index.html'), '<script type="module" src="main.js"></script>');
    writeFileSync(join(PROJECT, 'main.js'), "import { openModel } from 'fast-ablation-cam';\nopenModel([]);\n");
    await inProject(process.execPath, join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'error');
    const built = readdirSync(join(PROJECT, 'dist/assets'));
    expect(built.filter((name) => /^worker.*\.js$/.test(name))).toHaveLength(1);
    expect(built.filter((name) => name.endsWith('.wasm'))).toHaveLength(3);
  });
});
