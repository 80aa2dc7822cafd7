/**
 * Builds what is published as a package into `lib`: the library's entry points with their types, and the engine's worker. Code that others
 * install is left as it is written, in modules, and finds its libraries where they are installed: above all tf.js, of which there must be one.
 * The worker has a tf.js of its own in a thread of its own, and is whole, so that any bundler, or none, can serve it.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig, type Plugin } from 'vite';
import packageJson from '../../package.json' with { type: 'json' };
import { selfContainedWasmThreads } from '../hosting/self-contained-wasm-threads.ts';
import { writeTypes } from './write-types.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUT = `${ROOT}lib`;

const ENTRIES = ['src/library/index.ts', 'src/library/explain.ts', 'src/node/library.ts'];

const COMMON: InlineConfig = {
  root: ROOT,
  configFile: false,
  logLevel: 'warn',
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
};

/** Modules for Node and bundlers. Vite leaves everything installed outside of them. */
function buildModules(): Promise<unknown> {
  return build({
    ...COMMON,
    build: {
      ssr: true,
      target: 'es2022',
      outDir: OUT,
      copyPublicDir: false,
      // A file for each of ours: put together, what the entry points share could come to lie in the one for Node.
      rolldownOptions: { input: ENTRIES, output: { preserveModules: true, preserveModulesRoot: 'src', entryFileNames: '[name].js' } },
    },
  });
}

/**
 * The engine's worker starts another one to read files, whose URL Vite writes down in a way that bundlers take for a mere file: they would copy
 * it without what it imports.
 */
async function nameWorkerPlainly(path: string): Promise<void> {
  const asFile =
    /new URL\(\s*\/\* @vite-ignore \*\/\s*new URL\(`file-worker\.js`,\s*import\.meta\.url\)\.href,\s*``\s*\+\s*import\.meta\.url\)/g;
  const code = await readFile(path, 'utf8');
  if (code.match(asFile)?.length !== 1) throw new Error('Vite names workers otherwise now; see tools/package/build-package.ts');
  await writeFile(path, code.replace(asFile, "new URL('./file-worker.js', import.meta.url)"));
}

/** By Vite's own way for workers, so that the engine's and those that read files share what they have in common. */
async function buildWorker(): Promise<void> {
  const entry = 'virtual:worker';
  const plain: Plugin = {
    name: 'only-the-worker',
    resolveId: (id) => (id === entry ? id : null),
    load: (id) => (id === entry ? "export { default } from '/src/engine/worker.ts?worker&url';" : null),
  };
  await build({
    ...COMMON,
    base: './',
    plugins: [plain],
    worker: {
      format: 'es',
      plugins: () => [selfContainedWasmThreads()],
      rolldownOptions: {
        output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', assetFileNames: '[name]-[hash][extname]' },
      },
    },
    build: {
      target: 'es2022',
      outDir: `${OUT}/worker`,
      assetsDir: '.',
      assetsInlineLimit: 0,
      copyPublicDir: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', output: { entryFileNames: 'entry.js' } },
    },
  });
  await rm(`${OUT}/worker/entry.js`);
  await nameWorkerPlainly(`${OUT}/worker/worker.js`);
}

await rm(OUT, { recursive: true, force: true });
await buildModules();
await buildWorker();
await writeTypes(ROOT, ENTRIES, OUT);
