import { download } from '../../src/engine/loading/download.ts';
import { openModel } from '../../src/engine/loading/model-source.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import { DEFAULT_SWEEP } from '../../src/explain/input/input-settings.ts';
import { ablationSweepOf } from '../../src/explain/methods/ablation-sweep.ts';
import { fastAblationCam } from '../../src/explain/methods/fast-ablation-cam.ts';
import { gradCam } from '../../src/explain/methods/gradient/grad-cam.ts';
import { topClasses } from '../../src/explain/target.ts';
import { isSweepResult, type Timing, type Work } from '../../src/explain/work.ts';
import { readImage } from '../../src/formats/testing/goldens.ts';
import type { SampleDescription, StoredSample } from '../../src/platform/samples.ts';
import { ask } from '../../src/protocol/ask.ts';

const BUDGET_BYTES = 64e6;

/** Enough digits to draw and to compare by, few enough to download. */
function rounded(values: Float32Array): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(5)));
}

function timing({ durationMs, forwardMs }: Timing): Timing {
  return { durationMs: Math.round(durationMs), forwardMs: Math.round(forwardMs) };
}

/**
 * What the page stores of a model's samples: explanations of the best class, at the layer that it shows first.
 *
 * @param modelId a folder of `public/models`
 * @param folder where the images are
 */
export async function explainImages(modelId: string, folder: string, descriptions: readonly SampleDescription[]): Promise<StoredSample[]> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download });
  const { backend } = await engine.start('wasm');
  const {
    defaultLayer: layer,
    classNames,
    reading,
  } = await engine.loadModel(await modelFolder(`public/models/${modelId}`, modelId), () => {});

  async function explain(description: SampleDescription): Promise<StoredSample> {
    const pixels = await readImage(`${folder}/${description.name}`);
    const image = { id: description.name, pixels };
    const about = (work: Work | null) => ask(engine, { image, layer, work, budgetBytes: BUDGET_BYTES });
    const { logits } = await about(null);
    const classIndex = topClasses(logits, reading, 1)[0] ?? 0;
    const score = { classIndex, kind: 'logit', versus: null, reading } as const;
    const { result: graded } = await about(gradCam.whole({ score, ablation: DEFAULT_SWEEP }));
    const { result: swept } = await about(fastAblationCam.whole({ score, ablation: DEFAULT_SWEEP }));
    if (!graded || !swept) throw new Error('the engine gave no result');
    if (isSweepResult(graded)) throw new Error('Grad-CAM is no sweep');
    const { rows, columns, values } = graded.map;
    const { cells, window, stride, value, logits: sweptLogits } = ablationSweepOf(swept);
    return {
      ...description,
      named: classNames[classIndex] ?? '',
      layer,
      backend,
      logits: rounded(logits),
      gradCam: {
        classIndex,
        score: 'logit',
        rows,
        columns,
        values: rounded(values),
        scale: Number(graded.scale.toPrecision(3)),
        ...timing(graded),
      },
      sweep: { cells, window, stride, value, logits: rounded(sweptLogits), ...timing(swept) },
    };
  }

  const [first] = descriptions;
  // The first run of all compiles, and takes memory: what it took is nobody's time.
  if (first) await explain(first);
  const samples: StoredSample[] = [];
  for (const description of descriptions) samples.push(await explain(description));
  engine.dispose();
  return samples;
}
