/** What was found out about an image, as the browser's database or a file gives it back. */
import * as v from 'valibot';
import { type AblationSettings, positionGrid } from '../../explain/ablation-plan.ts';
import { isSameScore, type ScoreKind } from '../../explain/target.ts';
import { isSweepResult, isSweepWork, type Result, type Sweep, type Work } from '../../explain/work.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { KeptFinding } from '../../protocol/kept-image.ts';
import { Count, Finite, oneOf, Reading } from './stored-values.ts';

const Index = v.pipe(v.number(), v.integer(), v.minValue(0));

const Numbers = v.pipe(
  v.instance(Float32Array),
  v.check((values) => values.every(Number.isFinite)),
);

const Score = v.object({
  classIndex: Index,
  kind: oneOf<ScoreKind>({ logit: true, probability: true, value: true }),
  versus: v.nullable(Index),
  reading: Reading,
});

const Value = v.union([Finite, v.picklist(['mean', 'blur'])]);
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
  v.object({ ...SWEEP, activation: Numbers }),
  v.check((sweep) => isWhole(sweep) && sweep.activation.length === sweep.cells.rows * sweep.cells.columns * sweep.isExact.length),
);

const StoredResult = v.union([
  v.object({
    ...Timing,
    score: Score,
    map: v.pipe(
      v.object({ rows: Count, columns: Count, values: Numbers }),
      v.check(({ rows, columns, values }) => values.length === rows * columns),
    ),
    scale: Finite,
  }),
  v.object({ ...Timing, sweep: v.union([AblationSweep, ChannelSweep]) }),
]);

const StoredWork = v.union([
  v.object({ method: v.string(), ablation: v.exactOptional(v.object(Ablation)), items: v.null() }),
  v.object({ method: v.string(), score: Score, value: v.exactOptional(Value) }),
]);

/** Whether the result is one of this work. */
function answers(work: Work, result: Result): boolean {
  if (work.method !== result.method) return false;
  if (!isSweepWork(work)) return !isSweepResult(result) && isSameScore(work.score, result.score);
  if (!isSweepResult(result)) return false;
  const { window, stride, value } = work.ablation ?? {};
  const swept: Sweep & Partial<AblationSettings> = result.sweep;
  return swept.window === window && swept.stride === stride && swept.value === value;
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

/** Null for what is damaged: it is found out again. */
export function asKeptFinding(stored: unknown): KeptFinding | null {
  const { success, output } = v.safeParse(Finding, stored);
  return success ? output : null;
}
