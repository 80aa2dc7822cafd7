/** Builds the program for Node: plain JavaScript beside the page's, which takes its libraries from `node_modules`. */
import { defineConfig } from 'vite';
import packageJson from './package.json' with { type: 'json' };

export default defineConfig({
  publicDir: false,
  define: { __APP_VERSION__: JSON.stringify(packageJson.version) },
  build: {
    target: 'node20',
    outDir: 'dist-node',
    ssr: true,
    rolldownOptions: {
      input: { cli: 'src/node/cli.ts', thread: 'src/node/worker/thread.ts' },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
    },
  },
});
