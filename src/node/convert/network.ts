import type { Size } from '../../core/images/geometry.ts';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import type { Pixels } from '../../core/images/resize.ts';
import { download } from '../../engine/loading/download.ts';
import { LocalEngine } from '../../engine/local-engine.ts';
import { nodeDeviceEnvironment } from '../../engine/node/node-device.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import { ask } from '../../protocol/ask.ts';
import type { ModelInfo } from '../../protocol/engine.ts';

/** A network that runs here, by the engine of the page. */
export interface Network {
  readonly info: ModelInfo;
  /** `[classes]` */
  logits(pixels: Pixels, preprocessing: Preprocessing): Promise<Float32Array>;
  dispose(): void;
}

/**
 * @param input what a network that takes images of any size is given; null: what suits it
 * @throws AppError naming the model's file, where it cannot be run
 */
export async function openNetwork(model: ReadModel, input: Size | null): Promise<Network> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => model, download });
  await engine.start('wasm');
  const info = await engine.loadModel({ kind: 'files', id: model.fileName, files: [], input, output: null }, () => {});
  let images = 0;
  return {
    info,
    async logits(pixels, preprocessing) {
      const image = { id: `${images++}`, pixels };
      return (await ask(engine, { image, preprocessing, layer: info.defaultLayer, work: null, budgetBytes: 64e6 })).logits;
    },
    dispose: () => engine.dispose(),
  };
}
