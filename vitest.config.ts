import { configDefaults, defineConfig } from 'vitest/config';
import { softwareVulkan } from './tools/browser/find-browser.ts';

// Dawn, which gives tf.js WebGPU in Node, looks for its Vulkan driver when a process starts: test processes inherit this.
Object.assign(process.env, softwareVulkan());

/**
 * On Linux memory that is given back and asked for again, as tf.js does for every tensor, comes from the system page by page, which takes
 * longer than most sums in it: so nothing is given back.
 */
const KEPT_MEMORY = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '4000000000', MALLOC_TOP_PAD_: '67108864' };
Object.assign(process.env, KEPT_MEMORY);

/** Functions that keep nothing. */
const PURE = 'src/{core,explain,metrics,formats,sets,protocol}/**';

export default defineConfig({
  test: {
    environment: 'node',
    // Each file of the engine's has its own process: a test of one tf.js backend must not see another's tensors.
    pool: 'forks',
    // As many as there are cores: by default one is kept free, which on two cores is half of them.
    maxWorkers: '100%',
    projects: [
      {
        extends: true,
        // Files share a process: to start one takes longer than most of them.
        test: {
          name: 'unit',
          include: [`${PURE}/*.test.ts`],
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        // All the rest, so that no folder is left out.
        test: {
          name: 'page',
          include: ['src/**/*.test.{ts,tsx}'],
          exclude: [...configDefaults.exclude, PURE, 'src/{engine,library,node}/**'],
          isolate: false,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        extends: true,
        // Whatever runs networks, on every backend, the slow software adapter of WebGPU among them.
        test: {
          name: 'engine',
          include: ['src/engine/**/*.test.ts', 'src/library/**/*.test.ts', 'src/node/**/*.test.ts', 'tools/**/*.test.ts'],
          setupFiles: ['src/engine/testing/patient-dawn.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
