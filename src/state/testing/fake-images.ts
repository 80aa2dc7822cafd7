/** Images without pixels, and the sample of the built-in model. */
import { DEFAULT_ABLATION, emptyAblationSweep } from '../../explain/ablation-plan.ts';
import { withItems } from '../../explain/item-sweep.ts';
import type { Sample } from '../../protocol/sample.ts';
import { LOGITS } from './fake-model.ts';

/** A bitmap that knows whether it was closed. Node has no `ImageBitmap`. */
export class FakeBitmap {
  isClosed = false;
  constructor(
    readonly width: number,
    readonly height: number,
  ) {}

  close(): void {
    this.isClosed = true;
  }
}

export function imageFile(name: string): File {
  return new File(['pixels'], name, { type: 'image/png' });
}

/** A file that is no image. */
export function brokenFile(name: string): File {
  return new File([], name);
}

const SAMPLE_SCORE = { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' } as const;

export const SAMPLE: Sample = {
  name: 'sample.png',
  caption: 'Drawn.',
  credit: null,
  box: null,
  label: null,
  named: 'birch',
  fetchImage: async () => imageFile('sample.png'),
  layer: 'last',
  backend: 'wasm',
  logits: Float32Array.from(LOGITS),
  results: [
    {
      work: { method: 'grad-cam', score: SAMPLE_SCORE },
      result: {
        method: 'grad-cam',
        score: SAMPLE_SCORE,
        map: { rows: 1, columns: 2, values: Float32Array.from([1, 2]) },
        scale: 1,
        durationMs: 3,
        forwardMs: 9,
      },
    },
    {
      work: { method: 'fast-ablation-cam', ablation: DEFAULT_ABLATION, items: null },
      result: {
        method: 'fast-ablation-cam',
        sweep: withItems(emptyAblationSweep({ rows: 1, columns: 2 }, DEFAULT_ABLATION, Float32Array.from(LOGITS)), {
          items: Uint32Array.from([0, 1]),
          logits: new Float32Array(6),
        }),
        durationMs: 4,
        forwardMs: 9,
      },
    },
  ],
};
