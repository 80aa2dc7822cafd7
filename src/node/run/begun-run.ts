/** The record of a run in its folder: what was begun there before, and whether that is the same run. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { formatRunRecord, parseRunRecord, type RunRecord, recordFileName, resultsFileName } from '../../sets/results/run-record.ts';
import { checkSameRun } from '../../sets/results/same-run.ts';
import { isAbsent } from '../disk-faults.ts';
import { readLines, unreadable } from '../output/result-file.ts';
import { writeWhole } from '../output/whole-file.ts';

/** @returns null where nothing was begun */
export async function recordIn(path: string): Promise<RunRecord | null> {
  try {
    return parseRunRecord(path, await readFile(path, 'utf8'));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    if (isAbsent(cause)) return null;
    throw unreadable(path, cause);
  }
}

/**
 * Begins a run in a folder, or goes on with it.
 *
 * @param choose what removed pixels become, where that is still to be found out
 * @returns its record
 * @throws AppError `results-other` where another run was begun there
 */
export async function beginRun(
  out: string,
  asked: Omit<RunRecord, 'chosen'>,
  choose: () => Promise<RunRecord['chosen']>,
): Promise<RunRecord> {
  const { shard } = asked;
  const path = join(out, recordFileName(shard));
  const before = await recordIn(path);
  if (before) {
    checkSameRun(out, before, { ...asked, chosen: before.chosen });
    return before;
  }
  if ((await readLines(join(out, resultsFileName(shard)))) !== '')
    throw new AppError(
      'results-broken',
      `The folder ${out} holds ${resultsFileName(shard)} without the record of its run; please name another folder.`,
    );
  const record = { ...asked, chosen: await choose() };
  await writeWhole(path, formatRunRecord(record));
  return record;
}
