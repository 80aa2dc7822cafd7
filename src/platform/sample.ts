/** The sample that a first visit opens with: a picture with its finished explanation, computed beforehand by the same engine. */
import { type AblationSweep, type AblationValue, emptyAblationSweep, type Grid } from '../core/ablation-plan.ts';
import { withItems } from '../core/item-sweep.ts';
import type { ScoreKind } from '../core/scores.ts';
import type { BackendName } from '../protocol/engine.ts';
import type { Sample } from '../protocol/sample.ts';

/** `explanation.json`, written by `npm run sample`. */
export interface StoredSample {
  readonly name: string;
  readonly picture: string;
  readonly caption: string;
  readonly model: string;
  readonly layer: string;
  readonly backend: BackendName;
  readonly logits: readonly number[];
  readonly gradCam: {
    readonly classIndex: number;
    readonly score: ScoreKind;
    readonly rows: number;
    readonly columns: number;
    readonly values: readonly number[];
    readonly durationMs: number;
  };
  readonly sweep: {
    readonly cells: Grid;
    readonly window: number;
    readonly stride: number;
    readonly value: AblationValue;
    readonly logits: readonly number[];
    readonly durationMs: number;
  };
}

function finishedSweep(stored: StoredSample['sweep'], baseline: Float32Array): AblationSweep {
  const begun = emptyAblationSweep(stored.cells, stored, baseline);
  return withItems(begun, { items: Uint32Array.from(begun.isExact.keys()), logits: Float32Array.from(stored.logits) });
}

/** @param folder the sample's folder on the server */
export async function fetchSample(folder: string): Promise<Sample> {
  const stored: StoredSample = await (await fetch(`${folder}/explanation.json`)).json();
  const picture = await (await fetch(`${folder}/${stored.picture}`)).blob();
  const { gradCam, sweep } = stored;
  const score = { classIndex: gradCam.classIndex, kind: gradCam.score, versus: null };
  const logits = Float32Array.from(stored.logits);
  return {
    name: stored.name,
    caption: stored.caption,
    picture,
    modelId: stored.model,
    layer: stored.layer,
    backend: stored.backend,
    logits,
    results: [
      {
        work: { method: 'grad-cam', score },
        result: {
          method: 'grad-cam',
          score,
          map: { rows: gradCam.rows, columns: gradCam.columns, values: Float32Array.from(gradCam.values) },
          durationMs: gradCam.durationMs,
        },
      },
      {
        work: { method: 'fast-ablation-cam', ablation: sweep, items: null },
        result: { method: 'fast-ablation-cam', sweep: finishedSweep(sweep, logits), durationMs: sweep.durationMs },
      },
    ],
  };
}
