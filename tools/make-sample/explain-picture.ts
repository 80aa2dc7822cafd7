import { DEFAULT_ABLATION } from '../../src/core/ablation-plan.ts';
import type { Pixels } from '../../src/core/resize.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { openModel } from '../../src/engine/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import type { StoredSample } from '../../src/platform/sample.ts';

export const SAMPLE_MODEL = 'densenet169-polen23e';

/** Enough digits to draw and to compare by, few enough to download. */
function rounded(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(6)));
}

/** The picture's explanation by the built-in model at its default layer, as the page stores it. */
export async function explainPicture(pixels: Pixels, about: Pick<StoredSample, 'name' | 'picture' | 'caption'>): Promise<StoredSample> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel });
  await engine.start('wasm');
  const { defaultLayer: layer } = await engine.loadModel(await modelFolder(`public/models/${SAMPLE_MODEL}`, SAMPLE_MODEL), () => {});
  let logits = new Float32Array();
  let gradCam: StoredSample['gradCam'] | null = null;
  let sweep: StoredSample['sweep'] | null = null;
  await engine.explain(
    {
      picture: { id: 'sample', pixels },
      layer,
      classIndex: null,
      score: 'logit',
      versus: null,
      ablation: DEFAULT_ABLATION,
      methods: ['grad-cam', 'fast-ablation-cam'],
    },
    (event) => {
      if (event.kind === 'logits') logits = Float32Array.from(event.logits);
      if (event.kind !== 'result') return;
      const { result } = event;
      const durationMs = Math.round(result.durationMs);
      if (result.method === 'grad-cam') {
        const { rows, columns, values } = result.map;
        gradCam = { classIndex: result.score.classIndex, score: result.score.kind, rows, columns, values: rounded(values), durationMs };
      } else {
        const { cells, window, stride, value } = result.sweep;
        sweep = { cells, window, stride, value, logits: rounded(result.sweep.logits), durationMs };
      }
    },
  );
  engine.dispose();
  if (!gradCam || !sweep) throw new Error('the engine gave no result');
  return { ...about, model: SAMPLE_MODEL, layer, backend: 'wasm', logits: rounded(logits), gradCam, sweep };
}
