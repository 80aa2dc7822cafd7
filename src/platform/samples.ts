/** The samples of a built-in model: images with their finished explanations, computed beforehand by the same engine. */

import type { Grid } from '../core/maps/grid.ts';
import type { Credit } from '../core/models/credit.ts';
import { type AblationSweep, type AblationValue, emptyAblationSweep } from '../explain/ablation-plan.ts';
import { DEFAULT_SWEEP } from '../explain/input/input-settings.ts';
import { withItems } from '../explain/item-sweep.ts';
import { fastAblationCam } from '../explain/methods/fast-ablation-cam.ts';
import { gradCam as gradCamMethod } from '../explain/methods/gradient/grad-cam.ts';
import type { ScoreKind } from '../explain/target.ts';
import type { Box } from '../metrics/pointing.ts';
import type { BackendName } from '../protocol/engine.ts';
import type { Sample } from '../protocol/sample.ts';

/** What a person says of a sample. */
export interface SampleDescription {
  /** A file beside the list; the page shows the image under this name. */
  readonly name: string;
  readonly caption: string;
  readonly credit: Credit | null;
  /** The class that it shows, by name; null where it shows none. */
  readonly label: string | null;
  /** Around what it shows, drawn by hand, in the image's pixels; null where it shows no class. */
  readonly box: Box | null;
}

/** One entry of `samples.json`, written by `npm run samples`. */
export interface StoredSample extends SampleDescription {
  /** The network's best class, by name. */
  readonly named: string;
  readonly layer: string;
  readonly backend: BackendName;
  readonly logits: readonly number[];
  readonly gradCam: {
    readonly classIndex: number;
    readonly score: ScoreKind;
    readonly rows: number;
    readonly columns: number;
    readonly values: readonly number[];
    readonly scale: number;
    readonly durationMs: number;
    readonly forwardMs: number;
  };
  readonly sweep: {
    readonly cells: Grid;
    readonly window: number;
    readonly stride: number;
    readonly value: AblationValue;
    readonly logits: readonly number[];
    readonly durationMs: number;
    readonly forwardMs: number;
  };
}

function finishedSweep(stored: StoredSample['sweep'], baseline: Float32Array): AblationSweep {
  const begun = emptyAblationSweep(stored.cells, stored, baseline);
  return withItems(begun, { items: Uint32Array.from(begun.isExact.keys()), logits: Float32Array.from(stored.logits) });
}

/** The sample as it was before it was written down. */
export function restoreSample(stored: StoredSample, fetchImage: Sample['fetchImage']): Sample {
  const { name, caption, credit, box, label, named, layer, backend, gradCam, sweep } = stored;
  const ablation = { ...DEFAULT_SWEEP, window: sweep.window, stride: sweep.stride, value: sweep.value };
  // Samples belong to built-in models, whose classes exclude each other.
  const score = { classIndex: gradCam.classIndex, kind: gradCam.score, versus: null, reading: 'softmax' } as const;
  const logits = Float32Array.from(stored.logits);
  const map = { rows: gradCam.rows, columns: gradCam.columns, values: Float32Array.from(gradCam.values) };
  return {
    name,
    caption,
    credit,
    box,
    label,
    named,
    layer,
    backend,
    logits,
    results: [
      {
        work: gradCamMethod.whole({ score, ablation }),
        result: {
          method: gradCamMethod.id,
          score,
          map,
          scale: gradCam.scale,
          durationMs: gradCam.durationMs,
          forwardMs: gradCam.forwardMs,
        },
      },
      {
        work: fastAblationCam.whole({ score, ablation }),
        result: {
          method: fastAblationCam.id,
          sweep: finishedSweep(sweep, logits),
          durationMs: sweep.durationMs,
          forwardMs: sweep.forwardMs,
        },
      },
    ],
    fetchImage,
  };
}

/** @param folder the model's samples on the server */
export async function fetchSamples(folder: string): Promise<Sample[]> {
  const list: StoredSample[] = await (await fetch(`${folder}/samples.json`)).json();
  return list.map((stored) => restoreSample(stored, async () => (await fetch(`${folder}/${stored.name}`)).blob()));
}
