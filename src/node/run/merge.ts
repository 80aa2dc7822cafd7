/** `merge DIRS... --out DIR`: the shards of a run as one run, once they are complete. */
import { copyFile, link, readdir, realpath, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { formatResultLine, parseResultLines, type ResultLine } from '../../sets/results/result-line.ts';
import { formatRunRecord, MAP_FILE_KINDS, recordFileName, resultsFileName, shardOfFileName } from '../../sets/results/run-record.ts';
import { checkSameRun, type FinishedRun, mergeRuns } from '../../sets/results/same-run.ts';
import { type Arguments, isSaid, required } from '../arguments.ts';
import { readingFault } from '../disk-faults.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { readLines } from '../output/result-file.ts';
import { makeFolder, unwritable, writeWhole } from '../output/whole-file.ts';
import type { Program } from '../program.ts';
import { recordIn } from './begun-run.ts';
import { writeTables } from './tables.ts';

interface FoundRun extends FinishedRun {
  readonly folder: string;
}

/** The runs, or shards of them, that are in a folder. */
async function runsIn(folder: string): Promise<FoundRun[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    const { what, remedy } = readingFault(cause);
    throw new AppError('results-incomplete', `The folder ${folder} ${what}; ${remedy}.`, { cause });
  });
  const runs: FoundRun[] = [];
  for (const name of names.sort()) {
    const shard = shardOfFileName(name);
    if (shard === undefined || name !== recordFileName(shard)) continue;
    const fileName = join(folder, name);
    const record = await recordIn(fileName);
    const results = join(folder, resultsFileName(shard));
    if (record) runs.push({ folder, fileName, record, lines: parseResultLines(results, await readLines(results)).lines });
  }
  // What was merged into the same folder before is no shard.
  return runs.some(({ record }) => record.shard) ? runs.filter(({ record }) => record.shard) : runs;
}

/** The same file in another folder: a second name of it, or a copy where the disk is another one. */
async function put(from: string, to: string): Promise<void> {
  try {
    await makeFolder(dirname(to));
    await rm(to, { force: true });
    await link(from, to).catch(() => copyFile(from, to));
  } catch (cause) {
    throw unwritable(to, cause);
  }
}

function filesOf({ maps }: ResultLine): string[] {
  return maps.flatMap((map) => MAP_FILE_KINDS.flatMap((kind) => map[kind] ?? []));
}

async function putFiles(runs: readonly FoundRun[], out: string, { terminal, signal }: Program): Promise<void> {
  const home = await realpath(out).catch(() => resolve(out));
  for (const { folder, lines } of runs) {
    if ((await realpath(folder)) === home) continue;
    for (const [i, line] of lines.entries()) {
      signal.throwIfAborted();
      for (const file of filesOf(line)) await put(join(folder, file), join(out, file));
      terminal.show(`${folder}: ${i + 1}/${lines.length} images`);
    }
  }
}

export async function merge(given: Arguments, program: Program): Promise<number> {
  const out = required(given, 'out');
  if (given.positionals.length === 0) throw new AppError('option-wrong', 'Please name the folders that the shards wrote into.');
  const runs = (await Promise.all(given.positionals.map(runsIn))).flat();
  const { record, lines } = await mergeRuns(runs);
  const before = await recordIn(join(out, recordFileName(null)));
  if (before) checkSameRun(out, before, record);
  await putFiles(runs, out, program);
  await writeWhole(join(out, resultsFileName(null)), lines.map(formatResultLine).join(''));
  await writeWhole(join(out, recordFileName(null)), formatRunRecord(record));
  const tables = record.command === 'measure' ? await writeTables(out, record) : [];
  const failed = lines.filter(({ error }) => error !== null).length;
  if (isSaid(given, 'json')) {
    const files = [recordFileName(null), resultsFileName(null), ...tables];
    program.terminal.print(JSON.stringify({ command: 'merge', out, shards: runs.length, images: lines.length, failed, files }));
  }
  program.terminal.note(`Merged ${lines.length} images of ${runs.length} shards, in ${out}.`);
  return failed === 0 ? EXIT_CODES.done.code : EXIT_CODES.some.code;
}
