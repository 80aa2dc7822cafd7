/** A measured folder as the browser's database gives it back. */
import * as v from 'valibot';
import { METHODS, type MethodId } from '../../explain/methods/list.ts';
import { RANDOM_MAP } from '../../metrics/random-map.ts';
import { REPLACEMENTS, type ReplacementKind } from '../../metrics/replacement.ts';
import { METRICS, type MetricId, type MetricScores } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { Count, Finite, MeasureRecord, Names, PreprocessingRecord, Reading, SweepRecord } from '../../sets/stored-values.ts';

/** Methods that another version knew are passed over. */
const Methods = v.pipe(
  Names,
  v.transform((names): MethodId[] => METHODS.map(({ id }) => id).filter((id) => names.includes(id))),
  v.nonEmpty(),
);

const Share = v.exactOptional(Finite);

const SetRecord = v.object({
  name: v.string(),
  paths: Names,
  modelId: v.string(),
  preprocessing: PreprocessingRecord,
  reading: v.exactOptional(Reading),
  layer: v.string(),
  methods: Methods,
  ablation: SweepRecord,
  settings: MeasureRecord,
  // It is found out again by the same images.
  chosen: v.exactOptional(
    v.fallback(
      v.nullable(
        v.object({
          replacement: v.picklist(REPLACEMENTS),
          images: Count,
          left: v.object({ blur: Share, 'strong-blur': Share, mean: Share, black: Share } satisfies Record<
            ReplacementKind,
            v.GenericSchema
          >),
        }),
      ),
      null,
    ),
  ),
  isStretched: v.exactOptional(v.boolean()),
  isPaused: v.exactOptional(v.boolean()),
} satisfies Record<keyof KeptSet, v.GenericSchema>);

/** A share of next to nothing is no number: measuring again would give the same. */
const Measured = v.custom<number | null>((value) => value === null || typeof value === 'number');
const Score = v.optional(Measured, null);
const Scores = v.object(Object.fromEntries(METRICS.map(({ id }) => [id, Score])) as Record<MetricId, typeof Score>);

/** Maps by their ids, and by the titles under which former versions kept their scores. */
const MAP_IDS: ReadonlyMap<string, string> = new Map(
  [...METHODS, RANDOM_MAP].flatMap(({ id, title }) => [[id, id] as const, [title, id] as const]),
);

function byId(scores: Readonly<Record<string, MetricScores>>): Record<string, MetricScores> {
  const known = Object.entries(scores).flatMap(([name, values]) => {
    const id = MAP_IDS.get(name);
    return id === undefined ? [] : [[id, values] as const];
  });
  return Object.fromEntries(known);
}

const KeptMap = v.pipe(
  v.object({ rows: Count, columns: Count, values: v.instance(Float32Array) }),
  v.check(({ rows, columns, values }) => values.length === rows * columns),
);

const Result = v.object({
  path: v.string(),
  label: v.nullable(v.string()),
  predicted: v.string(),
  probability: Measured,
  value: v.exactOptional(Measured),
  left: v.exactOptional(Measured),
  maps: v.exactOptional(v.record(v.string(), KeptMap)),
  size: v.exactOptional(v.object({ width: Count, height: Count })),
  scores: v.pipe(
    v.record(v.string(), Scores),
    v.transform(byId),
    v.check((scores) => Object.keys(scores).length > 0),
  ),
} satisfies Record<keyof SetResult, v.GenericSchema>);

/** In today's form; null for what is damaged. */
export function asKeptSet(stored: unknown): KeptSet | null {
  const { success, output } = v.safeParse(SetRecord, stored);
  return success ? output : null;
}

/** What a damaged record calls its folder; null where not even that can be read. */
export function nameOfDamaged(stored: unknown): string | null {
  const { success, output } = v.safeParse(v.object({ name: v.pipe(v.string(), v.nonEmpty()) }), stored);
  return success ? output.name : null;
}

/** In today's form; null for what is damaged. */
export function asSetResult(stored: unknown): SetResult | null {
  const { success, output } = v.safeParse(Result, stored);
  return success ? output : null;
}
