/** Whether two runs, or a run and what was found before, belong together. */
import { AppError } from '../../core/app-error.ts';
import type { ResultLine } from './result-line.ts';
import { hashOfPaths, type RunRecord } from './run-record.ts';
import { settingDifference } from './setting-difference.ts';

/** What differs between two runs, in words; null where they ask the same of the same network about the same images. */
export function differenceOf(a: RunRecord, b: RunRecord): string | null {
  if (a.version !== b.version) return `the versions ${a.version} and ${b.version} may find other numbers`;
  if (a.command !== b.command) return `the one is for “${a.command}”, the other for “${b.command}”`;
  if (a.model.sha256 !== b.model.sha256) return `the networks have other weights (${a.model.title} and ${b.model.title})`;
  const setting = settingDifference(a.settings, b.settings, a.model.classNames);
  if (setting !== null) return setting;
  if (a.model.classNames.join('\n') !== b.model.classNames.join('\n')) return 'the classes are called otherwise in the one (--labels)';
  if (a.set.sha256 !== b.set.sha256) return `they are about other images (${a.set.count} and ${b.set.count})`;
  if (a.shard?.count !== b.shard?.count) return 'they are divided into other shards';
  return a.chosen?.replacement === b.chosen?.replacement ? null : '--replacement auto chose another one in each';
}

/** @throws AppError `results-other` where what was begun in the folder is another run */
export function checkSameRun(folder: string, before: RunRecord, now: RunRecord): void {
  const difference = differenceOf(before, now);
  if (difference === null) return;
  throw new AppError(
    'results-other',
    `The folder ${folder} holds the results of another run: ${difference}; please ask for the same, or name another folder.`,
  );
}

/** A run, or a shard of one, with what it found. */
export interface FinishedRun {
  /** The file of its record, for sentences. */
  readonly fileName: string;
  readonly record: RunRecord;
  readonly lines: readonly ResultLine[];
}

/** @throws AppError `results-incomplete` for a shard that is missing, there twice, or not done */
function checkComplete(runs: readonly FinishedRun[], count: number): void {
  for (let index = 1; index <= count; index++) {
    const [run, again] = runs.filter(({ record }) => (record.shard?.index ?? 1) === index);
    if (!run)
      throw new AppError('results-incomplete', `Shard ${index} of ${count} is not there; please run it, or name the folder that it is in.`);
    if (again)
      throw new AppError(
        'results-incomplete',
        `Shard ${index} of ${count} is there twice (${run.fileName} and ${again.fileName}); please name one.`,
      );
    const done = new Set(run.lines.map(({ path }) => path));
    const missing = run.record.paths.filter((path) => !done.has(path));
    if (missing.length > 0)
      throw new AppError(
        'results-incomplete',
        `Of shard ${index} of ${count} ${missing.length} of ${run.record.paths.length} images are missing, such as ${missing[0]}; please run it again, and it goes on where it stopped.`,
      );
  }
}

/**
 * The shards of a run as one run, its lines sorted by path.
 *
 * @throws AppError `results-other` for shards of different runs, `results-incomplete` where something is missing
 */
export async function mergeRuns(
  runs: readonly FinishedRun[],
): Promise<{ readonly record: RunRecord; readonly lines: readonly ResultLine[] }> {
  const [first, ...others] = runs;
  if (!first)
    throw new AppError('results-incomplete', 'There are no results to merge; please name the folders that the shards wrote into.');
  for (const other of others) {
    const difference = differenceOf(first.record, other.record);
    if (difference !== null)
      throw new AppError(
        'results-other',
        `${first.fileName} and ${other.fileName} are of different runs: ${difference}; please merge the shards of one run.`,
      );
  }
  checkComplete(runs, first.record.shard?.count ?? 1);
  const byPath = new Map(
    runs.flatMap(({ record, lines }) => {
      const own = new Set(record.paths);
      return lines.filter(({ path }) => own.has(path)).map((line) => [line.path, line] as const);
    }),
  );
  const paths = [...byPath.keys()].sort();
  if ((await hashOfPaths(paths)) !== first.record.set.sha256)
    throw new AppError(
      'results-incomplete',
      `The shards have ${paths.length} images together, and not the ${first.record.set.count} that the run is about; please run them again.`,
    );
  return {
    record: { ...first.record, shard: null, paths },
    lines: paths.flatMap((path) => byPath.get(path) ?? []),
  };
}
