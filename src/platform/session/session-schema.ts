/** What a session may say of itself. Whatever is read may be damaged, or made by anybody. */
import * as v from 'valibot';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import { COMBINATIONS } from '../../core/maps/combined-layers.ts';
import { LEGEND_KINDS, type LegendSubject } from '../../core/maps/legend.ts';
import type { Credit } from '../../core/models/credit.ts';
import type { Moments } from '../../core/statistics/moments.ts';
import { METHODS, type MethodId, MOST_SHOWN } from '../../explain/methods/list.ts';
import { FLIPS, MAX_NOISE_PERCENT, MAX_RUNS, type StabilitySettings } from '../../explain/stability/run-changes.ts';
import type { SteadyMap } from '../../explain/stability/steady-map.ts';
import { type MapMeasures, SERIES, type SeriesId } from '../../metrics/measures.ts';
import type { Box } from '../../metrics/pointing.ts';
import type { Removal } from '../../metrics/removal.ts';
import { REPLACEMENTS } from '../../metrics/replacement.ts';
import type { KeptFinding } from '../../protocol/kept-image.ts';
import type {
  Session,
  SessionImage,
  SessionMeasures,
  SessionModel,
  SessionPin,
  SessionSanity,
  SessionStability,
  SessionView,
} from '../../protocol/session.ts';
import {
  Count,
  DisplayRecord,
  Finite,
  MeasureRecord,
  Names,
  PreprocessingRecord,
  Reading,
  Seed,
  SweepRecord,
} from '../../sets/stored-values.ts';
import { asKeptFinding } from '../storage/stored-image.ts';

export const FORMAT_VERSION = 1;

const Index = v.pipe(v.number(), v.integer(), v.minValue(0));

const Model = v.object({
  id: v.string(),
  title: v.string(),
  sha256: v.string(),
  input: v.object({ width: Count, height: Count }),
  output: v.nullable(Index),
  reading: Reading,
  preprocessing: PreprocessingRecord as v.GenericSchema<unknown, Preprocessing>,
  classNames: Names,
} satisfies Record<keyof SessionModel, v.GenericSchema>);

/** Methods that another version knew are passed over. */
const Methods = v.pipe(
  Names,
  v.transform((names): MethodId[] => METHODS.map(({ id }) => id).filter((id) => names.includes(id))),
  v.nonEmpty(),
  v.maxLength(MOST_SHOWN),
);

const View = v.object({
  layer: v.string(),
  classIndex: v.nullable(Index),
  score: v.picklist(['logit', 'probability']),
  versus: v.nullable(v.union([Index, v.literal('look-alikes')])),
  ablation: SweepRecord,
  methods: Methods,
  order: v.picklist(['largest-first', 'coarse-first']),
  display: DisplayRecord,
} satisfies Record<keyof SessionView, v.GenericSchema>);

const SavedMap = v.pipe(
  v.object({ rows: Count, columns: Count, values: v.instance(Float32Array) }),
  v.check(({ rows, columns, values }) => values.length === rows * columns),
);

const SavedPin = v.object({
  title: v.string(),
  unit: v.string(),
  subject: v.object({ name: v.string(), kind: v.picklist(LEGEND_KINDS) } satisfies Record<keyof LegendSubject, v.GenericSchema>),
  imageId: v.string(),
  map: SavedMap,
} satisfies Record<keyof SessionPin, v.GenericSchema>);

const SavedBox = v.object({ left: Finite, top: Finite, width: Finite, height: Finite } satisfies Record<keyof Box, v.GenericSchema>);

/** Links lead to pages, and run nothing. */
const Link = v.pipe(v.string(), v.regex(/^https?:\/\//i));

const SavedSample = v.object({
  modelId: v.string(),
  caption: v.string(),
  credit: v.nullable(v.object({ text: v.string(), url: Link } satisfies Record<keyof Credit, v.GenericSchema>)),
  box: v.nullable(SavedBox),
  label: v.nullable(v.string()),
  named: v.string(),
} satisfies Record<keyof NonNullable<SessionImage['sample']>, v.GenericSchema>);

const SavedImage = v.object({
  id: v.pipe(v.string(), v.nonEmpty()),
  name: v.string(),
  folder: v.string(),
  isStretched: v.boolean(),
  sample: v.nullable(SavedSample),
} satisfies Record<Exclude<keyof SessionImage, 'file'>, v.GenericSchema>);

const Scores = v.pipe(v.array(Finite), v.nonEmpty());
const seriesIds = Object.keys(SERIES) as SeriesId[];

const SavedMeasures = v.object({
  className: v.string(),
  reading: Reading,
  measuredWith: MeasureRecord,
  removal: v.nullable(
    v.object({
      intact: Finite,
      isNumber: v.boolean(),
      removed: v.record(v.picklist(REPLACEMENTS), Finite),
      replacement: v.picklist(REPLACEMENTS),
      isAutomatic: v.boolean(),
    } satisfies Record<keyof Removal, v.GenericSchema>),
  ),
  rows: v.pipe(
    v.array(
      v.object({
        id: v.string(),
        layer: v.string(),
        map: SavedMap,
        measures: v.nullable(
          v.object({ intact: Finite, ...v.entriesFromList(seriesIds, Scores) } satisfies Record<
            Exclude<keyof MapMeasures, 'changes'>,
            v.GenericSchema
          >),
        ),
        // A former version did not measure it.
        changes: v.fallback(v.nullable(v.array(Finite)), null),
      } satisfies Record<keyof SessionMeasures['rows'][number], v.GenericSchema>),
    ),
    v.nonEmpty(),
  ),
} satisfies Record<keyof SessionMeasures, v.GenericSchema>);

const MethodName = v.picklist(METHODS.map(({ id }) => id));

const SavedSanity = v.object({
  methods: v.pipe(v.array(MethodName), v.nonEmpty(), v.maxLength(MOST_SHOWN)),
  stages: v.pipe(
    v.array(
      v.object({
        title: v.string(),
        maps: v.record(MethodName, v.nullable(SavedMap)),
        correlations: v.record(MethodName, v.nullable(Finite)),
      } satisfies Record<keyof SessionSanity['stages'][number], v.GenericSchema>),
    ),
    v.nonEmpty(),
  ),
} satisfies Record<keyof SessionSanity, v.GenericSchema>);

const Runs = v.pipe(Count, v.maxValue(MAX_RUNS));

/** What was put together from runs: of every cell how many there were, their mean, and their squared distances from it. */
const SavedSteady = v.pipe(
  v.object({
    own: SavedMap,
    ownCaveat: v.string(),
    runs: Runs,
    caveats: v.array(v.string()),
    moments: v.object({
      counts: v.instance(Uint32Array),
      means: v.instance(Float64Array),
      squares: v.instance(Float64Array),
    } satisfies Record<keyof Moments, v.GenericSchema>),
    correlations: v.array(v.nullable(v.pipe(Finite, v.minValue(-1.001), v.maxValue(1.001)))),
  } satisfies Record<keyof SteadyMap, v.GenericSchema>),
  v.check(({ own, runs, caveats, moments, correlations }) => {
    const isWhole = Object.values(moments).every(({ length }) => length === own.values.length);
    return isWhole && moments.counts.every((count) => count <= runs) && caveats.length === runs && correlations.length <= runs;
  }),
);

const SavedStability = v.object({
  settings: v.object({
    runs: Runs,
    flips: v.picklist(FLIPS),
    isShifted: v.boolean(),
    noisePercent: v.pipe(Finite, v.minValue(0), v.maxValue(MAX_NOISE_PERCENT)),
    seed: Seed,
  } satisfies Record<keyof StabilitySettings, v.GenericSchema>),
  maps: v.record(MethodName, SavedSteady),
} satisfies Record<keyof SessionStability, v.GenericSchema>);

const NOTHING_COMBINED = { combination: 'mean', leftOut: [], added: [] } as const;

export const Saved = v.object({
  formatVersion: v.literal(FORMAT_VERSION),
  version: v.string(),
  model: Model,
  view: View,
  images: v.pipe(
    v.array(SavedImage),
    v.check((images) => new Set(images.map(({ id }) => id)).size === images.length),
  ),
  selectedId: v.nullable(v.string()),
  // What makes no sense of these is found out again.
  findings: v.pipe(
    v.array(v.unknown()),
    v.transform((findings): KeptFinding[] => findings.flatMap((finding) => asKeptFinding(finding) ?? [])),
  ),
  cells: v.object({ removed: v.array(Index), logits: v.nullable(v.instance(Float32Array)) }),
  box: v.nullable(v.object({ imageId: v.string(), box: SavedBox })),
  pins: v.array(SavedPin),
  // Left out where it makes no sense, or a former version did not save it.
  measured: v.fallback(v.nullable(SavedMeasures), null),
  sanity: v.fallback(v.nullable(SavedSanity), null),
  isAcrossLayers: v.fallback(v.boolean(), false),
  combined: v.fallback(v.object({ combination: v.picklist(COMBINATIONS), leftOut: Names, added: Names }), NOTHING_COMBINED),
  stability: v.fallback(v.nullable(SavedStability), null),
} satisfies Record<keyof Session | 'formatVersion', v.GenericSchema>);
