/** A session as a file: a zip in which nothing is packed, whose first bytes say what it is. Whatever is read may be damaged, or made by anybody. */
import * as v from 'valibot';
import { AppError } from '../core/app-error.ts';
import type { Preprocessing } from '../core/images/preprocessing.ts';
import { COLORMAPS } from '../core/maps/colormap.ts';
import type { DisplaySettings } from '../core/maps/display.ts';
import type { LegendSubject } from '../core/maps/legend.ts';
import type { Credit } from '../core/models/credit.ts';
import { SESSION_TYPE } from '../core/models/session-type.ts';
import { METHODS, type MethodId, MOST_SHOWN } from '../explain/methods/list.ts';
import { type MapMeasures, type MeasureSettings, REPLACEMENT_CHOICES, SERIES, type SeriesId } from '../metrics/measures.ts';
import type { Box } from '../metrics/pointing.ts';
import type { Removal } from '../metrics/removal.ts';
import { REPLACEMENTS } from '../metrics/replacement.ts';
import type { KeptFinding } from '../protocol/kept-image.ts';
import type { Session, SessionImage, SessionMeasures, SessionModel, SessionPin, SessionSanity, SessionView } from '../protocol/session.ts';
import { Count, Finite, InputSettings, Names, PreprocessingRecord, Reading, Sensitivity } from '../sets/stored-values.ts';
import { numbersApart, numbersBack } from './session-numbers.ts';
import { asKeptFinding } from './storage/stored-image.ts';
import { BlobZipWriter } from './zip-writer.ts';

const FORMAT_VERSION = 1;

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

const Display = v.object({
  colormap: v.picklist(COLORMAPS.map(({ id }) => id)),
  sign: v.picklist(['positive', 'signed']),
  opacity: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
  contrast: v.picklist(['zero-to-max', 'min-to-max', 'shared']),
  cells: v.picklist(['smooth', 'crisp']),
  content: v.picklist(['overlay', 'heatmap']),
} satisfies Record<keyof DisplaySettings, v.GenericSchema>);

const View = v.object({
  layer: v.string(),
  classIndex: v.nullable(Index),
  score: v.picklist(['logit', 'probability']),
  versus: v.nullable(v.union([Index, v.literal('look-alikes')])),
  ablation: v.object({
    window: v.pipe(Count, v.maxValue(512)),
    stride: v.pipe(Count, v.maxValue(512)),
    value: v.union([v.pipe(Finite, v.minValue(-100), v.maxValue(100)), v.picklist(['mean', 'blur', 'after-relu'])]),
    channelValue: v.exactOptional(v.picklist([0, 'after-relu'])),
    ...InputSettings,
  }),
  methods: Methods,
  order: v.picklist(['largest-first', 'coarse-first']),
  display: Display,
} satisfies Record<keyof SessionView, v.GenericSchema>);

const SavedMap = v.pipe(
  v.object({ rows: Count, columns: Count, values: v.instance(Float32Array) }),
  v.check(({ rows, columns, values }) => values.length === rows * columns),
);

const SavedPin = v.object({
  title: v.string(),
  unit: v.string(),
  subject: v.object({ name: v.string(), kind: v.picklist(['class', 'number']) } satisfies Record<keyof LegendSubject, v.GenericSchema>),
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
  measuredWith: v.object({
    steps: v.pipe(Count, v.maxValue(1000)),
    replacement: v.picklist(REPLACEMENT_CHOICES),
    sensitivity: v.exactOptional(Sensitivity),
  } satisfies Record<keyof MeasureSettings, v.GenericSchema>),
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

const Saved = v.object({
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
} satisfies Record<keyof Session | 'formatVersion', v.GenericSchema>);

/** Names of files in it. */
const TYPE = 'mimetype';
const DESCRIPTION = 'session.json';
const NUMBERS = 'numbers.bin';
const imagePath = (i: number) => `images/${i}`;

export async function writeSession({ images, ...session }: Session): Promise<Blob> {
  const zip = new BlobZipWriter();
  const described = images.map(({ file: _apart, ...image }) => image);
  const { json, numbers } = numbersApart({ formatVersion: FORMAT_VERSION, ...session, images: described });
  await zip.add(TYPE, new Blob([SESSION_TYPE]), false);
  await zip.add(DESCRIPTION, new Blob([json]), false);
  await zip.add(NUMBERS, numbers, false);
  for (const [i, { file }] of images.entries()) await zip.add(imagePath(i), file, false);
  return zip.finish(SESSION_TYPE);
}

/** A file of an archive: its content, and the same once it has been checked. */
interface ArchivedFile {
  readonly content: Blob;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

function broken(fileName: string, detail: string, cause?: unknown): AppError {
  const sentence = `The session ${fileName} cannot be opened, as it is damaged (${detail}); please get it again, or save it anew where it was made.`;
  return new AppError('session-broken', sentence, { cause });
}

/**
 * @param files what is in the archive
 * @throws AppError `session-broken` naming the file
 */
export async function readSession(fileName: string, openArchive: () => Promise<ReadonlyMap<string, ArchivedFile>>): Promise<Session> {
  let files: ReadonlyMap<string, ArchivedFile>;
  let parsed: unknown;
  try {
    files = await openArchive();
    const [description, numbers] = await Promise.all([files.get(DESCRIPTION)?.read(), files.get(NUMBERS)?.read()]);
    if (!description || !numbers) throw new Error('something is missing in it');
    parsed = numbersBack(new TextDecoder().decode(description), numbers);
  } catch (cause) {
    throw broken(
      fileName,
      cause instanceof SyntaxError ? 'its description is no JSON' : cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
  const { success: isVersioned, output: versioned } = v.safeParse(v.object({ formatVersion: v.number() }), parsed);
  if (isVersioned && versioned.formatVersion > FORMAT_VERSION)
    throw new AppError('session-broken', `The session ${fileName} was saved by a newer version of this page; please open it there.`);
  const { success, output, issues } = v.safeParse(Saved, parsed);
  if (!success) {
    const [first] = issues;
    throw broken(fileName, `its “${v.getDotPath(first) ?? 'description'}” makes no sense`);
  }
  const { formatVersion: _known, images, ...session } = output;
  const withFiles = images.map((image, i) => {
    const file = files.get(imagePath(i))?.content;
    if (!file) throw broken(fileName, `the image ${image.name} is missing in it`);
    return { ...image, file };
  });
  return { ...session, images: withFiles };
}
