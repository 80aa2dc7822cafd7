/** A kept image, and what was found out about it, as the browser's database gives them back. */
import * as v from 'valibot';
import { type AblationSettings, positionGrid } from '../../explain/ablation-plan.ts';
import { patchWindows } from '../../explain/input/input-settings.ts';
import type { MaskSweep } from '../../explain/input/mask-sweep.ts';
import { isSameScore, type ScoreKind } from '../../explain/target.ts';
import { isSweepResult, isSweepWork, type Result, type Sweep, type Work } from '../../explain/work.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { Arrangement, KeptFinding, KeptImage } from '../../protocol/kept-image.ts';
import { ChannelValue, Count, Finite, Masks, Names, Occlusion, oneOf, Reading, Seed, Value } from '../../sets/stored-values.ts';

const Index = v.pipe(v.number(), v.integer(), v.minValue(0));

const Image = v.object({
  id: v.string(),
  name: v.string(),
  folder: v.string(),
  file: v.instance(Blob),
  thumbnail: v.nullable(v.instance(Blob)),
  width: Count,
  height: Count,
  depth: v.nullable(v.object({ bits: Count, usedBits: Index })),
  isStretched: v.boolean(),
  remark: v.string(),
} satisfies Record<keyof KeptImage, v.GenericSchema>);

const ArrangementRecord = v.object({
  order: v.fallback(Names, []),
  selected: v.fallback(v.nullable(v.string()), null),
  removedSamples: v.fallback(v.record(v.string(), Names), {}),
} satisfies Record<keyof Arrangement, v.GenericSchema>);

const Numbers = v.pipe(
  v.instance(Float32Array),
  v.check((values) => values.every(Number.isFinite)),
);

const Score = v.object({
  classIndex: Index,
  kind: oneOf<ScoreKind>({ logit: true, probability: true, value: true }),
  versus: v.nullable(v.union([Index, v.array(Index)])),
  reading: Reading,
});

/** Of cells, or of the pixels that a patch hides. */
const Ablation = { window: Count, stride: Count, value: Value };
const Timing = { method: v.string(), durationMs: Finite, forwardMs: Finite };

const SWEEP = {
  cells: v.object({ rows: Count, columns: Count }),
  baseline: Numbers,
  logits: Numbers,
  isExact: v.instance(Uint8Array),
  exactCount: Count,
};

type SweepNumbers = v.InferOutput<v.ObjectSchema<typeof SWEEP, undefined>>;

/** All items are exact, and all numbers there. */
function isWhole({ baseline, logits, isExact, exactCount }: SweepNumbers): boolean {
  return exactCount === isExact.length && isExact.every((exact) => exact === 1) && logits.length === isExact.length * baseline.length;
}

const AblationSweep = v.pipe(
  v.object({ ...SWEEP, ...Ablation }),
  v.check((sweep) => {
    const { rows, columns } = positionGrid(sweep.cells, sweep);
    return isWhole(sweep) && sweep.isExact.length === rows * columns;
  }),
);

const ChannelSweep = v.pipe(
  v.object({ ...SWEEP, activation: Numbers, value: ChannelValue }),
  v.check((sweep) => isWhole(sweep) && sweep.activation.length === sweep.cells.rows * sweep.cells.columns * sweep.isExact.length),
);

const MaskSweepRecord = v.pipe(
  v.object({ ...SWEEP, seed: Seed }),
  v.check((sweep) => isWhole(sweep)),
);

const StoredResult = v.union([
  v.object({
    ...Timing,
    score: v.nullable(Score),
    map: v.pipe(
      v.object({ rows: Count, columns: Count, values: Numbers }),
      v.check(({ rows, columns, values }) => values.length === rows * columns),
    ),
    scale: Finite,
  }),
  v.object({ ...Timing, sweep: v.union([AblationSweep, ChannelSweep, MaskSweepRecord]) }),
]);

const StoredWork = v.union([
  v.object({
    method: v.string(),
    ablation: v.exactOptional(v.object({ ...Ablation, channelValue: ChannelValue })),
    channelValue: ChannelValue,
    occlusion: v.exactOptional(Occlusion),
    masks: v.exactOptional(Masks),
    items: v.null(),
  }),
  v.object({ method: v.string(), score: v.nullable(Score), value: v.exactOptional(Value) }),
]);

/** Whether the result is one of this work. */
function answers(work: Work, result: Result): boolean {
  if (work.method !== result.method) return false;
  if (!isSweepWork(work)) return !isSweepResult(result) && isSameScore(work.score, result.score);
  if (!isSweepResult(result)) return false;
  const swept: Sweep & Partial<AblationSettings> & Partial<Pick<MaskSweep, 'seed'>> = result.sweep;
  const windows: Partial<AblationSettings> = work.occlusion ? patchWindows(swept.cells, work.occlusion) : (work.ablation ?? {});
  const { window, stride, value = work.channelValue } = windows;
  const isOfMasks = swept.seed === work.masks?.seed && (!work.masks || swept.isExact.length === work.masks.count);
  return swept.window === window && swept.stride === stride && swept.value === value && isOfMasks;
}

const Finding = v.variant('kind', [
  v.object({ kind: v.literal('logits'), imageId: v.string(), logits: v.pipe(Numbers, v.minLength(1)) }),
  v.pipe(
    v.object({
      kind: v.literal('result'),
      imageId: v.string(),
      layer: v.string(),
      backend: oneOf<BackendName>({ webgpu: true, wasm: true, cpu: true }),
      work: StoredWork,
      result: StoredResult,
    }),
    v.check(({ work, result }) => answers(work, result)),
  ),
]);

/** Null for what is damaged. */
export function asKeptImage(stored: unknown): KeptImage | null {
  const { success, output } = v.safeParse(Image, stored);
  return success ? output : null;
}

/** What a damaged record calls its image; null where not even that can be read. */
export function nameOfDamagedImage(stored: unknown): string | null {
  const { success, output } = v.safeParse(v.object({ name: v.pipe(v.string(), v.nonEmpty()) }), stored);
  return success ? output.name : null;
}

/** What makes no sense in it is as if it had never been arranged. */
export function asArrangement(stored: unknown): Arrangement | null {
  const { success, output } = v.safeParse(ArrangementRecord, stored);
  return success ? output : null;
}

/** Null for what is damaged: it is found out again. */
export function asKeptFinding(stored: unknown): KeptFinding | null {
  const { success, output } = v.safeParse(Finding, stored);
  return success ? output : null;
}
