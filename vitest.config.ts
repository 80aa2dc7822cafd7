import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.{ts,tsx}', 'tools/**/*.test.ts'],
    environment: 'node',
    // Each file has its own process: a test of one tf.js backend must not see another's tensors.
    pool: 'forks',
    testTimeout: 60_000,
  },
});
