/** What is measured: a built-in model on one backend, in an engine as the app uses it, and beside it as a bare graph. */

import * as tf from '@tensorflow/tfjs-core';
import { prepareInput } from '../../src/core/images/prepare-input.ts';
import type { LayerGraph } from '../../src/engine/graph/layer-graph.ts';
import { download } from '../../src/engine/loading/download.ts';
import { loadModel } from '../../src/engine/loading/loaded-model.ts';
import { openModel } from '../../src/engine/loading/model-source.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import type { Work } from '../../src/explain/work.ts';
import type { ModelArtifacts } from '../../src/formats/network/artifacts.ts';
import type { ReadModel } from '../../src/formats/read-model.ts';
import { ask, type Reply } from '../../src/protocol/ask.ts';
import { type BackendName, DEFAULT_MEMORY_MB, type DeviceInfo, type ModelInfo } from '../../src/protocol/engine.ts';
import type { ExactEvaluation, RgbaPixels } from '../../src/protocol/explain.ts';

const MODEL_FOLDER = 'public/models/densenet169-polen23e';

export interface BenchSubject {
  readonly device: DeviceInfo;
  readonly info: ModelInfo;
  readonly graph: LayerGraph;
  readonly artifacts: ModelArtifacts;
  /** `[1, height, width, 3]` */
  readonly input: tf.Tensor4D;
  readonly budgetBytes: number;
  /** Asks the engine; with `isNew` about an image that it has not kept a pass of. */
  ask(layer: string, work: Work | null, isNew: boolean, exact?: ExactEvaluation): Promise<Reply>;
  dispose(): void;
}

/** An image of seeded noise: the time of a pass does not depend on what it shows. */
function noise(width: number, height: number): RgbaPixels {
  const data = new Uint8ClampedArray(width * height * 4);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = i % 4 === 3 ? 255 : state >>> 24;
  }
  return { width, height, data };
}

/**
 * @param given a network that takes the place of the built-in one
 * @param memoryMb what a batch may take
 */
export async function openSubject(
  backend: BackendName,
  given: ReadModel | null = null,
  memoryMb = DEFAULT_MEMORY_MB[backend],
  environment = nodeDeviceEnvironment(),
): Promise<BenchSubject> {
  const open: typeof openModel = async (...asked) => given ?? openModel(...asked);
  const engine = new LocalEngine({ device: await environment, openModel: open, download });
  const device = await engine.start(backend);
  if (device.backend !== backend) throw new Error(`${backend} cannot be had here: ${device.remark}`);
  const source = await modelFolder(MODEL_FOLDER, 'built-in');
  const loaded = await engine.loadModel(source, () => {});
  const info: ModelInfo = { ...loaded, ...(await engine.planLayers()) };
  const pixels = noise(info.input.width, info.input.height);
  const read = await open(source, () => {});
  const model = await loadModel('bench', read, null);
  const input = tf.tensor4d(prepareInput(pixels, info.input, info.preprocessing), [1, info.input.height, info.input.width, 3]);
  const budgetBytes = memoryMb * 1e6;
  let images = 0;
  return {
    device,
    info,
    graph: model.graph,
    artifacts: read.artifacts,
    input,
    budgetBytes,
    ask(layer, work, isNew, exact = 'incremental') {
      if (isNew) images++;
      return ask(engine, { image: { id: `${images}`, pixels }, layer, work, budgetBytes, exact });
    },
    dispose() {
      input.dispose();
      model.dispose();
      engine.dispose();
    },
  };
}
