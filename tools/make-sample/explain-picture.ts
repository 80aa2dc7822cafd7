import { DEFAULT_ABLATION } from '../../src/core/ablation-plan.ts';
import type { Pixels } from '../../src/core/resize.ts';
import { topClasses } from '../../src/core/scores.ts';
import { download } from '../../src/engine/download.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { openModel } from '../../src/engine/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import type { StoredSample } from '../../src/platform/sample.ts';
import { ask } from '../../src/protocol/ask.ts';
import type { Work } from '../../src/protocol/engine.ts';

export const SAMPLE_MODEL = 'densenet169-polen23e';

const BUDGET_BYTES = 64e6;

/** Enough digits to draw and to compare by, few enough to download. */
function rounded(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(6)));
}

/** The picture's explanation by the built-in model at its default layer, as the page stores it. */
export async function explainPicture(
  pixels: Pixels,
  description: Pick<StoredSample, 'name' | 'picture' | 'caption'>,
): Promise<StoredSample> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
  await engine.start('wasm');
  const { defaultLayer: layer } = await engine.loadModel(await modelFolder(`public/models/${SAMPLE_MODEL}`, SAMPLE_MODEL), () => {});
  const about = (work: Work | null) => ask(engine, { picture: { id: 'sample', pixels }, layer, work, budgetBytes: BUDGET_BYTES });
  const { logits } = await about(null);
  const score = { classIndex: topClasses(logits, 1)[0] ?? 0, kind: 'logit', versus: null } as const;
  const { result: gradCam } = await about({ method: 'grad-cam', score });
  const { result: swept } = await about({ method: 'fast-ablation-cam', ablation: DEFAULT_ABLATION, items: null });
  engine.dispose();
  if (gradCam?.method !== 'grad-cam' || swept?.method !== 'fast-ablation-cam') throw new Error('the engine gave no result');
  const { rows, columns, values } = gradCam.map;
  const { cells, window, stride, value } = swept.sweep;
  return {
    ...description,
    model: SAMPLE_MODEL,
    layer,
    backend: 'wasm',
    logits: rounded(logits),
    gradCam: {
      classIndex: score.classIndex,
      score: score.kind,
      rows,
      columns,
      values: rounded(values),
      durationMs: Math.round(gradCam.durationMs),
    },
    sweep: { cells, window, stride, value, logits: rounded(swept.sweep.logits), durationMs: Math.round(swept.durationMs) },
  };
}
