import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// WASM threads need SharedArrayBuffer, and browsers hand that out only to pages isolated by these two headers. Static hosts that
// cannot send them are made up for by src/platform/isolation-worker.ts.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  // Relative addresses: the built page works from any folder of any host.
  base: './',
  plugins: [react()],
  build: {
    target: 'es2022',
    // The WASM binaries and the worker must stay files of their own: a data: address would defeat caching and streaming compilation.
    assetsInlineLimit: 0,
  },
  worker: { format: 'es' },
  server: { headers: isolation },
  preview: { headers: isolation },
});
