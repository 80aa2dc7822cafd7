/**
 * What a run found out about one image: one line of `results.jsonl`, as JSON. The fields are a promise (docs/interface.md).
 *
 * A line is written once all files of its image are, so that what stands in it is there, and whole.
 */
import * as v from 'valibot';
import { AppError } from '../../core/app-error.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { classLogits, probabilities } from '../../explain/target.ts';
import { METRICS, type MetricId, type MetricScores } from '../../metrics/scores.ts';
import type { SetResult } from '../../metrics/set-result.ts';

/** What the network says of one class, or of one number. */
export interface NamedOutput {
  readonly index: number;
  readonly name: string;
  /** Null for a number. */
  readonly probability: number | null;
  /** The logit, or the number itself. */
  readonly value: number;
}

/** A map, and its files: paths from the folder of the results, with slashes; null for those that were not asked for. */
export interface MapFiles {
  readonly method: string;
  readonly overlay: string | null;
  readonly data: string | null;
  readonly array: string | null;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
}

export interface ResultLine {
  /** Where the image is: from the folder that was given, the folder's own name in front, with slashes. */
  readonly path: string;
  /** The class that its folder is called after; null where that is none of the network's. */
  readonly label: string | null;
  /** Of the image, in its own pixels; null where it could not be read. */
  readonly width: number | null;
  readonly height: number | null;
  readonly predicted: NamedOutput | null;
  readonly explained: NamedOutput | null;
  readonly maps: readonly MapFiles[];
  /** What the maps are worth, by the id of the method or of the random map; null where that was not asked for. */
  readonly scores: Readonly<Record<string, MetricScores>> | null;
  /** The share of the probability that is left once all pixels are replaced; null likewise. */
  readonly left: number | null;
  /** Why there are no maps; null where there are. */
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly durationMs: number;
}

/** What the network says of one class or number of an image. */
export function namedOutput(logits: Float32Array, index: number, reading: OutputReading, name: string): NamedOutput {
  const probability = probabilities(logits, reading)?.[index] ?? null;
  return { index, name, probability, value: classLogits(logits, reading)[index] ?? Number.NaN };
}

/** A number that is none stands as null in JSON. */
const Measured = v.nullable(v.number());
const Whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Files are copied, linked and replaced by these paths: none may lead out of the folder of the results. */
function isInside(path: string): boolean {
  return !/^([a-z]:|[\\/])/i.test(path) && !path.split(/[\\/]/).includes('..');
}

const Path = v.nullable(v.pipe(v.string(), v.nonEmpty(), v.check(isInside)));

const Output = v.object({
  index: Whole,
  name: v.string(),
  probability: Measured,
  value: v.pipe(
    Measured,
    v.transform((value) => value ?? Number.NaN),
  ),
} satisfies Record<keyof NamedOutput, v.GenericSchema>);

/** Another version may know other measures: those that are missing are null. */
const Scores = v.object(
  Object.fromEntries(METRICS.map(({ id }) => [id, v.optional(Measured, null)])) as Record<
    MetricId,
    v.OptionalSchema<typeof Measured, null>
  >,
);

const Line = v.object({
  path: v.pipe(v.string(), v.nonEmpty()),
  label: v.nullable(v.string()),
  width: v.nullable(Whole),
  height: v.nullable(Whole),
  predicted: v.nullable(Output),
  explained: v.nullable(Output),
  maps: v.array(
    v.object({
      method: v.string(),
      overlay: Path,
      data: Path,
      array: Path,
      unit: v.string(),
      minimum: v.number(),
      maximum: v.number(),
    } satisfies Record<keyof MapFiles, v.GenericSchema>),
  ),
  scores: v.nullable(v.record(v.string(), Scores)),
  left: Measured,
  error: v.nullable(v.object({ code: v.string(), message: v.string() })),
  durationMs: v.number(),
} satisfies Record<keyof ResultLine, v.GenericSchema>);

export function formatResultLine(line: ResultLine): string {
  return `${JSON.stringify(line)}\n`;
}

function asResultLine(text: string): ResultLine | null {
  try {
    const { success, output } = v.safeParse(Line, JSON.parse(text));
    return success ? output : null;
  } catch {
    return null;
  }
}

export interface ResultLines {
  /** One for each image, in the order in which they were found; of an image that was tried again the last one. */
  readonly lines: readonly ResultLine[];
  /** How much of the text is whole lines, in characters: what comes after was torn off by a run that ended in the middle of it. */
  readonly wholeLength: number;
}

/**
 * The lines of `results.jsonl`.
 *
 * @throws AppError `results-broken` naming the file and the first line that is none
 */
export function parseResultLines(fileName: string, text: string): ResultLines {
  const wholeLength = text.lastIndexOf('\n') + 1;
  const byPath = new Map<string, ResultLine>();
  for (const [i, row] of text.slice(0, wholeLength).split('\n').entries()) {
    if (row === '') continue;
    const line = asResultLine(row);
    if (!line)
      throw new AppError(
        'results-broken',
        `Line ${i + 1} of ${fileName} is no result of an image; please take the file as it was written, or begin anew in another folder.`,
      );
    byPath.delete(line.path);
    byPath.set(line.path, line);
  }
  return { lines: [...byPath.values()], wholeLength };
}

/**
 * The same as a set's result, as the page shows it and as tables name it.
 *
 * @param maps by the ids of their methods, where they are at hand
 * @returns null for an image of which there is none
 */
export function setResultOf(line: ResultLine, maps: Readonly<Record<string, SaliencyMap>> = {}): SetResult | null {
  const { path, label, predicted, scores, left, width, height, error } = line;
  if (error || !predicted || width === null || height === null) return null;
  const { name, probability, value } = predicted;
  const isNumber = probability === null;
  return {
    path,
    label,
    predicted: name,
    probability,
    value: isNumber ? value : null,
    left,
    ...(Object.keys(maps).length > 0 && { maps }),
    size: { width, height },
    scores: scores ?? {},
  };
}
