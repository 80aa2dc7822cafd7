/**
 * The same in Node: models from disk or from the Hugging Face hub, and tf.js models of your own.
 *
 * @module node
 */
import { download } from '../engine/loading/download.ts';
import { LocalEngine } from '../engine/local-engine.ts';
import { deviceEnvironmentFor } from '../engine/node/node-device.ts';
import type { Explainer } from '../library/explainer.ts';
import { openFiles } from '../library/open-files.ts';
import type { OpenOptions } from '../library/open-options.ts';
import type { RgbaPixels } from '../protocol/explain.ts';
import { readPixels } from './images/read-pixels.ts';
import { openModel as openNamedModel } from './model/open-model.ts';

export { explainModel, openLayersModel } from '../library/index.ts';

/**
 * Opens a model in this thread. In one process there is one backend, whichever was opened last.
 *
 * @param name its file or its folder, or `hf:owner/name` of the Hugging Face hub; what belongs to it is found beside it
 * @param options as in the browser; `backend` left out is `wasm`, and `webgpu` needs the package `webgpu` and a driver
 * @throws AppError naming the file, for everything that can be wrong with it
 */
export async function openModel(name: string, options: OpenOptions = {}): Promise<Explainer<RgbaPixels>> {
  const { backend = 'wasm' } = options;
  const { model } = await openNamedModel(name, { copy: null, choices: {}, input: null, labels: null });
  const engine = new LocalEngine({ device: await deviceEnvironmentFor(backend), openModel: async () => model, download });
  return openFiles(engine, async () => [], { ...options, backend });
}

/**
 * An image's pixels, upright, as the page reads them: PNG, JPEG, WebP, AVIF, GIF or TIFF.
 *
 * @returns 8-bit RGBA, row-major, `[height, width, 4]`
 * @throws AppError `image-unreadable` naming the file, or `image-empty`
 */
export async function readImage(path: string): Promise<RgbaPixels> {
  const { width, height, data } = await readPixels(path);
  return { width, height, data };
}
