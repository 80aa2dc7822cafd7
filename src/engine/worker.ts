/** The worker's entry: puts the engine together for a browser, and serves it. */

import plain from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import threadedSimd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-threaded-simd.wasm?url';
import { serveEngine } from '../protocol/worker/worker-server.ts';
import { download } from './loading/download.ts';
import { modelOpener } from './loading/model-source.ts';
import { readFilesInWorker } from './loading/read-files-in-worker.ts';
import { LocalEngine } from './local-engine.ts';

const engine = new LocalEngine({
  device: {
    gpu: navigator.gpu,
    wasmPaths: {
      'tfjs-backend-wasm.wasm': plain,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threadedSimd,
    },
  },
  openModel: modelOpener(readFilesInWorker),
  download,
});

serveEngine(engine, self);
