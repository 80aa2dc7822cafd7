/** `explain` and `measure`: every image by every method, shared out among workers, with results that outlive the run. */
import { join } from 'node:path';
import { AppError } from '../../core/app-error.ts';
import { chooseReplacement, meanLeft, type RemovedScores, sampled } from '../../metrics/removal.ts';
import { REPLACEMENTS } from '../../metrics/replacement.ts';
import { namesFor, settingsFor } from '../../sets/command-line/settings-for.ts';
import {
  hashOfPaths,
  keptSetOf,
  pathsOfShard,
  type RunCommand,
  type RunRecord,
  recordFileName,
  resultsFileName,
} from '../../sets/results/run-record.ts';
import type { Arguments } from '../arguments.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { type FoundImages, findImages } from '../images/find-images.ts';
import { type NamedModel, openModel } from '../model/open-model.ts';
import { remarkOn } from '../model/remarks.ts';
import { imageNames } from '../output/image-names.ts';
import { ResultFile } from '../output/result-file.ts';
import type { Program } from '../program.ts';
import type { ImageTask, RunRequest, Worked } from '../worker/messages.ts';
import { type AskedRun, askedRun } from './asked-run.ts';
import { beginRun } from './begun-run.ts';
import { Crew, workOn } from './crew.ts';
import { occupy } from './occupied.ts';
import { megabytes, progressLine } from './progress.ts';
import { writeTables } from './tables.ts';
import { Tally } from './tally.ts';

/** A run with all that belongs to it, before any image is worked on. */
interface PreparedRun {
  readonly run: AskedRun;
  readonly images: FoundImages;
  readonly model: NamedModel;
  readonly crew: Crew;
}

/** Right, and slow. */
const SOFTWARE = 'WebGPU has only a software adapter here, which is slower than the backend wasm.';

/** @throws AppError where another backend would be used than the one that was asked for */
function checkDevice({ asked }: AskedRun, { opened }: Crew): void {
  const { backend, remark } = opened.device;
  if (backend === asked.backend) return;
  throw new AppError(
    'backend-unavailable',
    `The backend ${asked.backend} cannot be had here${remark === '' ? '' : ` (${remark})`}; please choose another one.`,
  );
}

/** @throws AppError where the names that were given are not as many as there are classes */
function checkNames({ labels }: AskedRun, { opened }: Crew): void {
  const { nameSource, classNames, title } = opened.info;
  if (labels === null || nameSource === 'given') return;
  throw new AppError(
    'model-file-broken',
    `The file ${labels} names other than the ${classNames.length} classes of ${title}; please give a name for each.`,
  );
}

async function recordOf({ run, images, model, crew }: PreparedRun, version: string): Promise<Omit<RunRecord, 'chosen'>> {
  const { info, sha256 } = crew.opened;
  const settings = settingsFor(run.asked, info);
  const remark = remarkOn(info, run.asked, run.labels);
  const paths = images.images.map(({ path }) => path);
  return {
    command: run.command,
    version,
    startedAt: new Date().toISOString(),
    name: images.name,
    model: { id: model.id, title: info.title, sha256, classNames: namesFor(info, settings.reading) },
    settings,
    shard: run.shard,
    set: { count: paths.length, sha256: await hashOfPaths(paths) },
    paths: pathsOfShard(paths, run.shard),
    remarks: remark === '' ? [] : [remark],
  };
}

function tasksOf({ images }: FoundImages): ImageTask[] {
  const names = imageNames(images.map(({ path }) => path));
  return images.map(({ path, file }) => ({ path, file, name: names.get(path) ?? path }));
}

function requestOf({ run, crew }: PreparedRun, record: RunRecord): RunRequest {
  return {
    command: run.command,
    settings: record.settings,
    modelId: record.model.id,
    givenNames: crew.opened.info.givenNames,
    classNames: record.model.classNames,
    set: keptSetOf(record, []),
    out: run.out,
    budgetBytes: run.budgetBytes,
  };
}

/** One replacement for all images of the set, whichever shard they are in: it is chosen by the same images everywhere. */
async function choose(prepared: PreparedRun, asked: Omit<RunRecord, 'chosen'>, tasks: readonly ImageTask[], signal: AbortSignal) {
  const { run, crew } = prepared;
  if (run.command !== 'measure' || asked.settings.measure.replacement !== 'auto') return null;
  await crew.begin(Math.min(run.workers, tasks.length), requestOf(prepared, { ...asked, chosen: null }));
  const removed = new Map<string, RemovedScores>();
  const some = sampled(tasks);
  await crew.work(
    some,
    async (worker, task, stop) => ({ path: task.path, scores: await worker.removedScores(task, stop) }),
    async ({ path, scores }) => void (scores && removed.set(path, scores)),
    signal,
  );
  // In the order of the set, whoever was quicker.
  const scores = some.flatMap(({ path }) => removed.get(path) ?? []);
  if (scores.length === 0) return null;
  const left = Object.fromEntries(
    REPLACEMENTS.flatMap((kind) => {
      const share = meanLeft(scores, kind);
      return share === null ? [] : [[kind, share] as const];
    }),
  );
  return { replacement: chooseReplacement(scores), images: scores.length, left };
}

async function workAll(
  prepared: PreparedRun,
  record: RunRecord,
  tasks: readonly ImageTask[],
  { terminal, signal }: Program,
): Promise<Tally> {
  const { run, crew } = prepared;
  const own = new Set(record.paths);
  const { file, before } = await ResultFile.open(join(run.out, resultsFileName(run.shard)));
  try {
    const former = before.filter(({ path, error }) => own.has(path) && !(run.isRetried && error));
    const done = new Set(former.map(({ path }) => path));
    const left = tasks.filter(({ path }) => own.has(path) && !done.has(path));
    if (left.length > 0) await crew.begin(Math.min(run.workers, left.length), requestOf(prepared, record));
    // From here on, so that its rate is that of images alone.
    const tally = new Tally();
    for (const line of former) tally.add(line, false);
    let hasRemarked = false;
    const show = () => terminal.show(progressLine(tally, own.size));
    show();
    const onDone = async ({ line, remark }: Worked) => {
      await file.add(line);
      tally.add(line, true);
      if (remark !== '' && !hasRemarked) terminal.say(remark);
      hasRemarked ||= remark !== '';
      show();
    };
    await crew.work(left, workOn, onDone, signal);
    return tally;
  } finally {
    await file.close();
  }
}

const PAST: Readonly<Record<RunCommand, string>> = { explain: 'Explained', measure: 'Measured' };

function report(
  { run }: PreparedRun,
  { model, settings }: RunRecord,
  tally: Tally,
  tables: readonly string[],
  { terminal }: Program,
): number {
  const { done, now, failed, firstError, elapsedMs } = tally;
  if (run.isJson) {
    const files = [recordFileName(run.shard), resultsFileName(run.shard), ...tables];
    const { classNames: _names, ...network } = model;
    const numbers = { images: done, new: now, failed, elapsedMs: Math.round(elapsedMs) };
    terminal.print(JSON.stringify({ command: run.command, out: run.out, ...numbers, files, model: network, settings }));
  }
  terminal.note(
    `${PAST[run.command]} ${done} ${done === 1 ? 'image' : 'images'}${now === done ? '' : `, ${now} of them now`}, in ${run.out}.`,
  );
  if (failed === 0) return EXIT_CODES.done.code;
  terminal.say(
    `${failed} of ${done} ${done === 1 ? 'image' : 'images'} failed, and ${resultsFileName(run.shard)} says why; the first one: ${firstError}`,
  );
  return EXIT_CODES.some.code;
}

async function runImages(command: RunCommand, given: Arguments, program: Program): Promise<number> {
  const run = askedRun(command, given, program.mostWorkers);
  const { asked } = run;
  const images = await findImages(run.images, program.terminal.read, run.out);
  program.terminal.show(`Opening ${run.model} …`);
  const onProgress = (bytes: number, total: number) => program.terminal.show(`${run.model}: ${megabytes(bytes)} of ${megabytes(total)}`);
  const { backend, copy, choice: choices, input, output } = asked;
  const model = await openModel(run.model, { copy, choices, input, labels: run.labels, onProgress });
  const crew = await Crew.open(program.makeWorker, { model: model.model, modelId: model.id, backend, input, output });
  try {
    checkDevice(run, crew);
    if (crew.opened.device.isSoftware) program.terminal.say(SOFTWARE);
    checkNames(run, crew);
    const prepared = { run, images, model, crew };
    const begun = await recordOf(prepared, program.version);
    for (const remark of begun.remarks) program.terminal.say(remark);
    const tasks = tasksOf(images);
    const free = await occupy(run.out, run.shard);
    try {
      const record = await beginRun(run.out, begun, () => choose(prepared, begun, tasks, program.signal));
      const tally = await workAll(prepared, record, tasks, program);
      const tables = run.command === 'measure' && !run.shard ? await writeTables(run.out, record) : [];
      return report(prepared, record, tally, tables, program);
    } finally {
      await free();
    }
  } finally {
    await crew.close();
  }
}

export function explain(given: Arguments, program: Program): Promise<number> {
  return runImages('explain', given, program);
}

export function measure(given: Arguments, program: Program): Promise<number> {
  return runImages('measure', given, program);
}
