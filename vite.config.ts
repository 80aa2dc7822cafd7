import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import packageJson from './package.json' with { type: 'json' };
import { contentSecurityPolicy } from './tools/hosting/content-security-policy.ts';
import { selfContainedWasmThreads } from './tools/hosting/self-contained-wasm-threads.ts';
import { modelIndex } from './tools/model-index/model-index.ts';

// WASM threads need SharedArrayBuffer, and browsers hand that out only to pages isolated by these two headers. Static hosts that
// cannot send them are made up for by src/platform/isolation-worker.js.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * The page asks formats what files are; files are read in workers, whose bundles are their own. The page's bundle would hold all readers, and
 * the HDF5 library, a second time.
 */
function readersOnlyInWorkers(): Plugin {
  return {
    name: 'readers-only-in-workers',
    apply: 'build',
    load: (id) => (/\/src\/formats\/\w+\/reader\.ts$/.test(id) ? "throw new Error('Files are read in workers.');" : null),
  };
}

export default defineConfig({
  // Relative URLs: the built page works from any folder of any host.
  base: './',
  plugins: [readersOnlyInWorkers(), react(), selfContainedWasmThreads(), modelIndex(), contentSecurityPolicy()],
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  build: {
    target: 'es2022',
    // The WASM binaries and the worker must stay files of their own: a data: URL would defeat caching and streaming compilation.
    assetsInlineLimit: 0,
    // What several parts of the page share would else be some forty files of a few kB, all of which the first look waits for.
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: 'page', test: /\/src\/(?!formats\/)/, minShareCount: 2 }] } },
    },
  },
  worker: { format: 'es', plugins: () => [selfContainedWasmThreads()] },
  server: { headers: isolation },
  preview: { headers: isolation },
});
