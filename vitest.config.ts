import { defineConfig } from 'vitest/config';
import { softwareVulkan } from './tools/browser/find-browser.ts';

// Dawn, which gives tf.js WebGPU in Node, looks for its Vulkan driver when a process starts: test processes inherit this.
Object.assign(process.env, softwareVulkan());

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'],
    environment: 'node',
    // Each file has its own process: a test of one tf.js backend must not see another's tensors.
    pool: 'forks',
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
