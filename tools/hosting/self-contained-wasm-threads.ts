import type { Plugin } from 'vite';

/**
 * tf.js starts its WASM threads from the source text of Emscripten's factory function, which refers to one variable outside of itself.
 * Unbundled code asks `typeof` first and does without; a bundler renames the variable and drops the question, and every thread dies. The
 * variable is therefore declared inside the function as well.
 */
export function selfContainedWasmThreads(): Plugin {
  const head = 'function(WasmBackendModuleThreadedSimd) {';
  return {
    name: 'self-contained-wasm-threads',
    transform(code, id) {
      if (!id.includes('tfjs-backend-wasm-threaded-simd.js')) return null;
      if (!code.includes(head))
        throw new Error('tf.js’ threaded WASM module looks different now; see tools/hosting/self-contained-wasm-threads.ts');
      return { code: code.replace(head, `${head} var _scriptDir;`), map: null };
    },
  };
}
