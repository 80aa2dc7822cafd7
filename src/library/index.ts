/**
 * Explains image classifiers in the browser: your own tf.js model where it is, or a model from its files in a worker.
 *
 * @module fast-ablation-cam
 */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { ModelOptions } from '../engine/adopted/model-options.ts';
import type { ImagePixels } from '../protocol/explain.ts';
import { WorkerEngine } from '../protocol/worker/worker-engine.ts';
import type { Explainer, Explanation } from './explainer.ts';
import { openFiles } from './open-files.ts';
import type { OpenOptions } from './open-options.ts';
import type { Question } from './question.ts';

export { AppError, type ErrorCode } from '../core/app-error.ts';
export type { Fit, Size } from '../core/images/geometry.ts';
export type { ChannelOrder, Normalisation, Preprocessing } from '../core/images/preprocessing.ts';
export type { Resampling } from '../core/images/resize.ts';
export type { ColormapId, Contrast, DisplaySettings, SignMode } from '../core/maps/display.ts';
export type { SaliencyMap } from '../core/maps/saliency-map.ts';
export type { OutputReading } from '../core/models/output-reading.ts';
export type { ModelOptions } from '../engine/adopted/model-options.ts';
export type { AblationValue } from '../explain/ablation-plan.ts';
export type { HiddenValue, MaskSettings, OcclusionSettings } from '../explain/input/input-settings.ts';
export type { MethodId } from '../explain/methods/list.ts';
export type { ChosenScore, Rival, ScoreKind } from '../explain/target.ts';
export type { BackendName, LoadProgress } from '../protocol/engine.ts';
export type { ImagePixels, RgbaPixels } from '../protocol/explain.ts';
export type { Explainer, Explanation, ModelLayer, NamedScore, OpenedModel, Prediction } from './explainer.ts';
export { mapPixels, type PixelOptions } from './map-pixels.ts';
export type { OpenOptions } from './open-options.ts';
export type { Question } from './question.ts';

/**
 * Explains one image by a model of your own, on the backend that your tf.js uses: `webgpu`, `webgl`, `wasm` or `cpu`. The model stays as it
 * is and yours, and no tensor is left behind.
 *
 * @param model of this tf.js, with a single input of a fixed size, `[batch, height, width, channels]`
 * @param image what `model.predict` takes, prepared as the model was trained: `[1, height, width, channels]` or without the 1; stays yours
 * @param question what is asked; left out: Grad-CAM of the best class at the last convolutional layer
 * @throws AppError with one sentence for a person, and a `code` for programs: `model-unsupported`, `image-unreadable`, `layer-unknown`,
 *   `class-unknown`, `option-wrong`, `backend-unavailable`, `out-of-memory`
 */
export async function explainModel(model: LayersModel, image: Tensor, question: Question & ModelOptions = {}): Promise<Explanation> {
  const explainer = await openLayersModel(model, question);
  try {
    return await explainer.explain(image, question);
  } finally {
    explainer.close();
  }
}

/**
 * The same for several questions: what was worked out for one is used for the next. It holds tensors until it is closed.
 *
 * @throws AppError `model-unsupported`, `class-unknown`, `option-wrong` or `backend-unavailable`
 */
export async function openLayersModel(model: LayersModel, options: ModelOptions = {}): Promise<Explainer<Tensor>> {
  // Whoever only opens files needs no tf.js in this thread.
  return (await import('./own-model.ts')).openLayersModel(model, options);
}

/**
 * Opens a model from its files, or from the URL of one, in a worker of its own, so that the page stays responsive. Any format that the page
 * takes is read (Keras, PyTorch, ONNX, TensorFlow Lite, tf.js, safetensors); nothing in a file is ever run as code.
 *
 * @param source the files that belong to the model, or where its first one is
 * @throws AppError naming the file, for everything that can be wrong with it
 */
export function openModel(source: readonly File[] | string | URL, options: OpenOptions = {}): Promise<Explainer<ImagePixels>> {
  // Built beside this file.
  const worker = new Worker(new URL('../worker/worker.js', import.meta.url), { type: 'module' });
  const { onProgress = () => {}, signal } = options;
  return openFiles(
    new WorkerEngine(worker),
    async (engine) => (typeof source === 'string' || source instanceof URL ? engine.download(String(source), onProgress, signal) : source),
    options,
  );
}
