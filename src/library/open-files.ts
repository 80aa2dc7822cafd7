/** A model from its files, in whatever engine. */
import type { Engine, ModelSource } from '../protocol/engine.ts';
import type { ImageInput, ImagePixels } from '../protocol/explain.ts';
import { type Explainer, explainerOf } from './explainer.ts';
import { type OpenOptions, withOptions } from './open-options.ts';

/**
 * @param engine is disposed of when this fails, and with the explainer
 * @param filesFor gives the model's files
 */
export async function openFiles(
  engine: Engine,
  filesFor: (engine: Engine) => Promise<readonly File[]>,
  options: OpenOptions,
): Promise<Explainer<ImagePixels>> {
  const { backend = null, input = null, output = null, onProgress = () => {}, signal } = options;
  try {
    const device = await engine.start(backend);
    const files = await filesFor(engine);
    const source: ModelSource = { kind: 'files', id: files[0]?.name ?? 'model', files, input, output };
    const model = withOptions(await engine.loadModel(source, onProgress, signal), options);
    let images = 0;
    return explainerOf({
      engine,
      model,
      backend: device.backend,
      // Pixels may be drawn over between two calls: each is an image of its own.
      inputOf: async (pixels): Promise<ImageInput> => ({ id: `image ${images++}`, pixels }),
      close: () => engine.dispose(),
    });
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
