/**
 * What a run over images was: `run.json` beside its `results.jsonl`. All that decides what is found stands in it, so that a run goes on the
 * same after a break, and shards of one run fit together. The fields are a promise (docs/interface.md).
 */
import * as v from 'valibot';
import { AppError } from '../../core/app-error.ts';
import type { Size } from '../../core/images/geometry.ts';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { ChosenOptions } from '../../core/models/model-card.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import { METHODS, type MethodId } from '../../explain/methods/list.ts';
import type { Rival, ScoreKind } from '../../explain/target.ts';
import type { MeasureSettings } from '../../metrics/measures.ts';
import { REPLACEMENTS, type ReplacementKind } from '../../metrics/replacement.ts';
import type { BackendName } from '../../protocol/engine.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { Count, DisplayRecord, Finite, MeasureRecord, Names, PreprocessingRecord, Reading, SweepRecord } from '../stored-values.ts';

const RUN_COMMANDS = ['explain', 'measure'] as const;
/** Maps of images, or what maps are worth as well. */
export type RunCommand = (typeof RUN_COMMANDS)[number];

export const MAP_FILE_KINDS = ['overlay', 'data', 'array'] as const;
/** What is written of each map: drawn over its image, its numbers as JSON, and for NumPy. */
export type MapFileKind = (typeof MAP_FILE_KINDS)[number];

/** What is asked of every image, with nothing left open. */
export interface RunSettings {
  readonly layer: string;
  readonly methods: readonly MethodId[];
  /** Null: whichever class is best for the image. */
  readonly classIndex: number | null;
  readonly score: ScoreKind;
  readonly versus: Rival | null;
  readonly ablation: SweepSettings;
  /** What is measured; used by `measure` alone. */
  readonly measure: MeasureSettings;
  readonly preprocessing: Preprocessing;
  readonly input: Size;
  readonly output: number;
  readonly reading: OutputReading;
  /** How was read what the model's files leave open. */
  readonly choices: ChosenOptions;
  /** Whether images with 16 bits that are nearly black are stretched. */
  readonly isStretched: boolean;
  readonly display: DisplaySettings;
  readonly files: readonly MapFileKind[];
  readonly backend: BackendName;
}

/** One of `count` parts of a run, which is done elsewhere: 1 to `count`. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

export interface RunRecord {
  readonly command: RunCommand;
  /** The version that began it. */
  readonly version: string;
  readonly startedAt: string;
  /** What the set of images is called: the folder that they lie in. */
  readonly name: string;
  readonly model: {
    readonly id: string;
    readonly title: string;
    /** Of all weights. */
    readonly sha256: string;
    readonly classNames: readonly string[];
  };
  readonly settings: RunSettings;
  /** What removed pixels become, for all images of the set; null where that was said, or nothing is measured. */
  readonly chosen: NonNullable<KeptSet['chosen']> | null;
  /** Null: all images. */
  readonly shard: Shard | null;
  /** All images, of all shards: how many, and the SHA-256 of their sorted paths. */
  readonly set: { readonly count: number; readonly sha256: string };
  /** The images of this run, or of this shard, sorted. */
  readonly paths: readonly string[];
  /** What a person should know of how the model was read. */
  readonly remarks: readonly string[];
}

const FORMAT = 'fast-ablation-cam-run';
const FORMAT_VERSION = 1;

const Share = v.exactOptional(Finite);
const Class = v.pipe(v.number(), v.integer(), v.minValue(0));
const Side = v.object({ width: Count, height: Count });

const Settings = v.object({
  layer: v.string(),
  methods: v.pipe(v.array(v.picklist(METHODS.map(({ id }) => id))), v.nonEmpty()),
  classIndex: v.nullable(Class),
  score: v.picklist(['logit', 'probability', 'value']),
  versus: v.nullable(v.union([Class, v.literal('look-alikes')])),
  ablation: SweepRecord,
  measure: MeasureRecord,
  preprocessing: PreprocessingRecord,
  input: Side,
  output: Class,
  reading: Reading,
  choices: v.record(v.string(), v.string()),
  isStretched: v.boolean(),
  display: DisplayRecord,
  files: v.array(v.picklist(MAP_FILE_KINDS)),
  backend: v.picklist(['webgpu', 'wasm', 'cpu']),
} satisfies Record<keyof RunSettings, v.GenericSchema>);

const RecordSchema = v.object({
  format: v.literal(FORMAT),
  formatVersion: v.literal(FORMAT_VERSION),
  command: v.picklist(RUN_COMMANDS),
  version: v.string(),
  startedAt: v.string(),
  name: v.string(),
  model: v.object({ id: v.string(), title: v.string(), sha256: v.string(), classNames: Names }),
  settings: Settings,
  chosen: v.nullable(
    v.object({
      replacement: v.picklist(REPLACEMENTS),
      images: Count,
      left: v.object(Object.fromEntries(REPLACEMENTS.map((kind) => [kind, Share])) as Record<ReplacementKind, typeof Share>),
    }),
  ),
  shard: v.nullable(v.object({ index: Count, count: Count })),
  set: v.object({ count: Count, sha256: v.string() }),
  paths: Names,
  remarks: Names,
} satisfies Record<keyof RunRecord | 'format' | 'formatVersion', v.GenericSchema>);

export function formatRunRecord(record: RunRecord): string {
  return `${JSON.stringify({ format: FORMAT, formatVersion: FORMAT_VERSION, ...record }, null, 2)}\n`;
}

/** @throws AppError `results-broken` naming the file, and the first field that is wrong */
export function parseRunRecord(fileName: string, text: string): RunRecord {
  const wrong = (what: string, cause?: unknown) =>
    new AppError('results-broken', `The file ${fileName} is no record of a run (${what}); please begin anew in another folder.`, { cause });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw wrong('it is no JSON', cause);
  }
  const { success, output, issues } = v.safeParse(RecordSchema, json);
  if (!success) throw wrong(`its field ${v.getDotPath(issues[0]) ?? 'format'} is missing or wrong`);
  const { format: _format, formatVersion: _version, ...record } = output;
  return record;
}

/** `results.jsonl` and `run.json`; those of a shard say which it is, so that all shards may write into one folder. */
export function resultsFileName(shard: Shard | null): string {
  return shard ? `results.${shard.index}-of-${shard.count}.jsonl` : 'results.jsonl';
}

export function recordFileName(shard: Shard | null): string {
  return shard ? `run.${shard.index}-of-${shard.count}.json` : 'run.json';
}

/** Of one of these names; undefined for any other file. */
export function shardOfFileName(name: string): Shard | null | undefined {
  if (name === recordFileName(null) || name === resultsFileName(null)) return null;
  const [, index, count] = /^(?:run\.(?=.*\.json$)|results\.(?=.*\.jsonl$))(\d+)-of-(\d+)\.jsonl?$/.exec(name) ?? [];
  return index === undefined ? undefined : { index: Number(index), count: Number(count) };
}

/** What was measured, as the page keeps it. */
export function keptSetOf({ name, model, settings, chosen }: RunRecord, paths: readonly string[]): KeptSet {
  const { preprocessing, reading, layer, methods, ablation, measure, isStretched } = settings;
  return {
    name,
    paths,
    modelId: model.id,
    preprocessing,
    reading,
    layer,
    methods,
    ablation,
    settings: measure,
    ...(chosen && { chosen }),
    isStretched,
  };
}

/** The SHA-256 of a list of paths, in hex: the same list has the same. */
export async function hashOfPaths(paths: readonly string[]): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(paths.join('\n')));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The images of a shard: every `count`th of the sorted list, so that folders are shared evenly. */
export function pathsOfShard<Path>(sorted: readonly Path[], shard: Shard | null): readonly Path[] {
  return shard ? sorted.filter((_, i) => i % shard.count === shard.index - 1) : sorted;
}
