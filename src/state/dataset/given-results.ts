/** A folder of results that the command line wrote, as a set: what was found, and what lies beside it. */
import { AppError } from '../../core/app-error.ts';
import type { Size } from '../../core/images/geometry.ts';
import type { Grid } from '../../core/maps/grid.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { METHODS, type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import { isAboutImage } from '../../explain/work.ts';
import type { SetResult } from '../../metrics/set-result.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { drawnMap } from '../../sets/results/drawn-map.ts';
import { parseResultLines, type ResultLine, setResultOf } from '../../sets/results/result-line.ts';
import {
  keptSetOf,
  parseRunRecord,
  type RunRecord,
  recordFileName,
  resultsFileName,
  shardOfFileName,
} from '../../sets/results/run-record.ts';
import { differenceOf } from '../../sets/results/same-run.ts';
import type { GivenRun } from './set-state.ts';

export interface GivenResults {
  readonly kept: KeptSet;
  readonly results: readonly SetResult[];
  readonly failed: readonly { readonly path: string; readonly message: string }[];
  readonly run: GivenRun;
  /** Of the files that were given, those that this was made from. */
  readonly files: readonly SetImage[];
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A run, or a shard of one, and the folder that it wrote into, with a slash. */
interface FoundRun {
  readonly folder: string;
  /** Of its record and of its lines. */
  readonly own: readonly string[];
  readonly record: RunRecord;
  readonly lines: readonly ResultLine[];
}

/** @throws AppError `results-broken` for a record without its results, or a damaged one */
async function runsIn(files: ReadonlyMap<string, File>): Promise<FoundRun[]> {
  const runs: FoundRun[] = [];
  for (const [path, file] of files) {
    const shard = shardOfFileName(nameOf(path));
    if (shard === undefined || nameOf(path) !== recordFileName(shard)) continue;
    const folder = folderOf(path);
    const results = folder + resultsFileName(shard);
    const found = files.get(results);
    if (!found) {
      throw new AppError(
        'results-broken',
        `There is no ${resultsFileName(shard)} beside ${path}; please drop the whole folder of the results.`,
      );
    }
    const record = parseRunRecord(path, await file.text());
    runs.push({ folder, own: [path, results], record, lines: parseResultLines(found.name, await found.text()).lines });
  }
  return runs;
}

/** More files than these are not read at once; their overlays are shown. */
const MOST_MAPS = 6000;

/** What the question is about, of which only the windows matter here. */
const ANY_SCORE: ClassScore = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' };

/** The grid that windows of a method lie on. */
function cellsOf(method: MethodId, { settings: { ablation, input } }: RunRecord, layer: Grid | null): Grid | null {
  return isAboutImage(methodOf(method).whole({ score: ANY_SCORE, ablation })) ? { rows: input.height, columns: input.width } : layer;
}

async function mapsOf(
  { maps }: ResultLine,
  { folder, record }: FoundRun,
  files: ReadonlyMap<string, File>,
  layer: Grid | null,
): Promise<Record<string, SaliencyMap>> {
  const found: Record<string, SaliencyMap> = {};
  for (const written of maps) {
    const id = METHODS.find(({ slug }) => slug === written.method)?.id;
    const file = written.data === null ? undefined : files.get(folder + written.data);
    const map = id && file ? drawnMap(await file.text(), written, cellsOf(id, record, layer)) : null;
    if (id && map) found[id] = map;
  }
  return found;
}

function overlaysOf({ maps }: ResultLine, { folder }: FoundRun, files: ReadonlyMap<string, File>): Record<string, File> {
  return Object.fromEntries(
    maps.flatMap(({ method, overlay }) => {
      const id = METHODS.find(({ slug }) => slug === method)?.id;
      const file = overlay === null ? undefined : files.get(folder + overlay);
      return id && file ? [[id, file] as const] : [];
    }),
  );
}

/** The files of runs: of what was found, and of its maps. */
function partsOf(runs: readonly FoundRun[], files: ReadonlyMap<string, File>): SetImage[] {
  const paths = runs.flatMap(({ folder, own, lines }) => [
    ...own,
    ...lines.flatMap(({ maps }) =>
      maps.flatMap(({ overlay, data }) => [overlay, data].flatMap((path) => (path === null ? [] : [folder + path]))),
    ),
  ]);
  return paths.flatMap((path) => {
    const file = files.get(path);
    return file ? [{ path, file }] : [];
  });
}

/**
 * The images of a set among files that were given, by the set's own paths: files may lie in folders that lead to it.
 */
export function imagesFor(paths: readonly string[], files: readonly SetImage[]): SetImage[] {
  const byName = new Map<string, SetImage[]>();
  for (const given of files) byName.set(nameOf(given.path), [...(byName.get(nameOf(given.path)) ?? []), given]);
  return paths.flatMap((path) => {
    const same = byName
      .get(nameOf(path))
      ?.find((given) => given.path === path || given.path.endsWith(`/${path}`) || path.endsWith(`/${given.path}`));
    return same ? [{ path, file: same.file }] : [];
  });
}

/**
 * @param gridOf the grid of a layer of the network on screen, if it has one of that name
 * @throws AppError `results-broken`, or `results-other` for results of several runs
 */
export async function readResults(given: readonly SetImage[], gridOf: (layer: string) => Grid | null): Promise<GivenResults> {
  const files = new Map(given.map(({ path, file }) => [path, file]));
  const runs = await runsIn(files);
  const [first, ...others] = runs;
  if (!first) throw new AppError('results-broken', `There is no ${recordFileName(null)} beside the results; please drop the whole folder.`);
  for (const other of others) {
    const difference = differenceOf(first.record, other.record);
    if (difference !== null)
      throw new AppError('results-other', `These are the results of several runs: ${difference}; please drop one of them.`);
  }
  const { record } = first;
  const paths = [...new Set(runs.flatMap((run) => run.record.paths))].sort();
  const layer = gridOf(record.settings.layer);
  const lines = runs.flatMap((run) => run.lines.map((line) => ({ run, line })));
  const isReadable = lines.reduce((sum, { line }) => sum + line.maps.length, 0) <= MOST_MAPS;
  const results: SetResult[] = [];
  const failed: { path: string; message: string }[] = [];
  const overlays: Record<string, Readonly<Record<string, File>>> = {};
  for (const { run, line } of lines) {
    if (line.error) {
      failed.push({ path: line.path, message: line.error.message });
      continue;
    }
    const result = setResultOf(line, isReadable ? await mapsOf(line, run, files, layer) : {});
    if (result) results.push(result);
    overlays[line.path] = overlaysOf(line, run, files);
  }
  const kept = keptSetOf(record, paths);
  const { title } = record.model;
  const input: Size = record.settings.input;
  const images = imagesFor(paths, given);
  const places = new Map(paths.map((path, place) => [path, place]));
  results.sort((a, b) => (places.get(a.path) ?? 0) - (places.get(b.path) ?? 0));
  const run = { title, input, overlays, images: new Map(images.map(({ path, file }) => [path, file])) };
  return { kept, results, failed, run, files: [...partsOf(runs, files), ...images] };
}
