/** Measuring a folder of images, as many at once as there are engines, in the background of whatever is on screen; it outlives the tab. */
import { asAppError } from '../../core/app-error.ts';
import { isNearlyBlack } from '../../core/images/sixteen-bits.ts';
import { remainingTime } from '../../core/reports/remaining-time.ts';
import { chooseReplacement, meanLeft, type RemovedScores, sampled } from '../../metrics/removal.ts';
import { REPLACEMENTS } from '../../metrics/replacement.ts';
import type { DecodedImage } from '../../protocol/decoded-image.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { KeptSet } from '../../protocol/kept-set.ts';
import { measureSetImage, removedScoresOf, type SetSubject } from '../../sets/measure-set-image.ts';
import { setTable, setTableName } from '../../sets/set-table.ts';
import { severalAtOnce } from '../../sets/several-at-once.ts';
import { submitTimed } from '../drawer/timed-job.ts';
import { enginesInUse } from '../engines/engine-count.ts';
import { budgetBytes } from '../explanation/device-costs.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { ModelLoader } from '../models/model-loader.ts';
import type { SliceContext } from '../slice.ts';
import { ablationInView } from '../view/in-view.ts';
import { setResults } from './boxed-results.ts';
import { createFormerSetSlice } from './former-set.ts';
import { givenFolder } from './given-folder.ts';
import { createResultsSlice } from './results-slice.ts';
import { SetFiles } from './set-files.ts';
import { createSetImagesSlice } from './set-images-slice.ts';
import { inOrderOf, nameOf } from './set-paths.ts';
import type { SetSlice } from './set-state.ts';

const NO_SET: SetSlice['set'] = {
  status: 'none',
  waiting: null,
  offered: null,
  kept: null,
  results: [],
  failed: [],
  remainingMs: null,
  opened: {},
  boxes: {},
  run: null,
};

const OWNER = 'set';

export function createSetSlice(context: SliceContext, loader: ModelLoader): SetSlice {
  const { store, dependencies, jobs } = context;
  const files = new SetFiles(dependencies.sets);
  const change = (part: Partial<SetSlice['set']>) => store.setState(({ set }) => ({ set: { ...set, ...part } }));
  let hasSaidDark = false;
  /** What was found out for the choice of a replacement. */
  const removedScores = new Map<string, RemovedScores>();

  /** Once a run: a set that is nearly black would be measured without a word. */
  function sayIfDark(path: string, { depth, isStretched }: Pick<DecodedImage, 'depth' | 'isStretched'>): void {
    if (hasSaidDark || isStretched || !depth || !isNearlyBlack(depth)) return;
    hasSaidDark = true;
    const sentence = `The image ${path} uses ${depth.usedBits} of its ${depth.bits} bits, so that it is nearly black; to have such images stretched, open one by itself, stretch it, and give the folder again.`;
    store.getState().notify('info', sentence);
  }

  /**
   * Does something with one image; what is wrong with it is noted, and the others go on.
   *
   * @returns null for one that could not be read
   */
  async function withImage<Result>(
    set: KeptSet,
    path: string,
    signal: AbortSignal,
    run: (subject: SetSubject) => Promise<Result>,
  ): Promise<Result | null> {
    const { card, info } = store.getState().model;
    const file = await files.find(path);
    if (!card || !info || !file) throw new Error(`${path} is not there any more`);
    try {
      const decoded = await dependencies.decodeImage(file, path, set.isStretched ?? false);
      sayIfDark(path, decoded);
      try {
        return await run({
          set,
          card,
          info,
          path,
          pixels: pixelsOf(decoded),
          size: { width: decoded.width, height: decoded.height },
          budgetBytes: budgetBytes(store.getState()),
        });
      } finally {
        // Nothing of an image stays in memory but its numbers.
        decoded.bitmap.close();
      }
    } catch (error) {
      const { code, message } = asAppError(error);
      if (signal.aborted || code === 'device-lost' || !code.startsWith('image-')) throw error;
      change({ failed: [...store.getState().set.failed, { path, message }] });
      return null;
    }
  }

  function isFailed(path: string): boolean {
    return store.getState().set.failed.some((failure) => failure.path === path);
  }

  /** One replacement for all images: what takes the evidence away from some of them, unless a person said which. */
  async function withReplacement(engine: Engine, set: KeptSet, signal: AbortSignal): Promise<KeptSet> {
    if (set.settings.replacement !== 'auto' || set.chosen) return set;
    const paths = sampled(set.paths);
    const missing = paths.filter((path) => !isFailed(path) && !removedScores.has(path));
    const find = async (path: string, own: AbortSignal) => {
      const scores = await withImage(set, path, own, (subject) => removedScoresOf(engine, subject, own));
      own.throwIfAborted();
      if (scores) removedScores.set(path, scores);
    };
    await severalAtOnce(missing, enginesInUse(store.getState()), find, signal);
    const removed = paths.flatMap((path) => removedScores.get(path) ?? []);
    const left = Object.fromEntries(REPLACEMENTS.map((kind) => [kind, meanLeft(removed, kind) ?? undefined]));
    const chosen: KeptSet = { ...set, chosen: { replacement: chooseReplacement(removed), images: removed.length, left } };
    change({ kept: chosen });
    await dependencies.sets.change(chosen).catch(() => {});
    return chosen;
  }

  async function measure(engine: Engine, set: KeptSet, path: string, signal: AbortSignal): Promise<void> {
    const result = await withImage(set, path, signal, (subject) =>
      measureSetImage(engine, { ...subject, removedScores: removedScores.get(path) }, signal),
    );
    signal.throwIfAborted();
    if (!result) return;
    change({ results: inOrderOf(set, [...store.getState().set.results, result]) });
    await dependencies.sets.keepResult(result).catch(() => {});
  }

  /** An image that was begun when a higher rank took the engine is begun again. */
  async function measureAll(engine: Engine, kept: KeptSet, signal: AbortSignal): Promise<void> {
    const set = await withReplacement(engine, kept, signal);
    const startedAt = performance.now();
    const isDone = (path: string) => isFailed(path) || store.getState().set.results.some((result) => result.path === path);
    const left = set.paths.filter((path) => !isDone(path));
    let done = 0;
    const run = async (path: string, own: AbortSignal) => {
      await measure(engine, set, path, own);
      own.throwIfAborted();
      change({ remainingMs: remainingTime(++done, left.length, performance.now() - startedAt) });
    };
    await severalAtOnce(left, enginesInUse(store.getState()), run, signal);
  }

  /** Measures images with what is on screen, in place of what was measured before. */
  async function begin(images: readonly SetImage[]): Promise<void> {
    store.getState().interruptSet();
    const state = store.getState();
    const { layer, methods } = state.view;
    const { card } = state.model;
    if (!card || layer === null) return;
    const set: KeptSet = {
      name: nameOf(images),
      paths: images.map(({ path }) => path),
      modelId: card.id,
      preprocessing: card.preprocessing,
      reading: card.reading,
      layer,
      methods,
      ablation: ablationInView(state),
      settings: state.faithfulness.settings,
      isStretched: state.images.wantsStretch,
    };
    hasSaidDark = false;
    removedScores.clear();
    files.give(images);
    store.setState({ set: { ...NO_SET, status: 'paused', kept: set } });
    store.getState().setDrawer({ tab: 'dataset', isOpen: true });
    await dependencies.results.clear().catch(() => {});
    try {
      await dependencies.sets.keep(set, images);
      files.forget();
    } catch {
      store.getState().notify('info', 'The browser has no room to keep these images, so the run lasts only as long as this page is open.');
    }
    await store.getState().runSet();
  }

  /** What is kept says for later visits whether it goes on by itself. */
  function setPaused(isPaused: boolean): void {
    const { kept, run } = store.getState().set;
    if (!kept || run || (kept.isPaused ?? false) === isPaused) return;
    const changed = { ...kept, isPaused };
    change({ kept: changed });
    void dependencies.sets.change(changed).catch(() => {});
  }

  const given = givenFolder(context, loader, begin);

  return {
    set: NO_SET,

    ...given.slice,

    async runSet() {
      const { set, model } = store.getState();
      const { kept } = set;
      if (!kept || set.run || set.status === 'running') return;
      if (model.status === 'loading' || model.info?.id !== kept.modelId) {
        store.getState().notify('info', 'This set was begun with another model; please choose that one first.');
        return;
      }
      setPaused(false);
      change({ status: 'running', remainingMs: null });
      const outcome = await submitTimed(context, OWNER, 'dataset', {
        rank: 'background',
        run: (engine, signal) => measureAll(engine, store.getState().set.kept ?? kept, signal),
      });
      if (outcome !== 'cancelled') change({ status: outcome === 'done' ? 'done' : 'paused', remainingMs: null });
    },

    pauseSet() {
      setPaused(true);
      store.getState().interruptSet();
    },

    interruptSet() {
      jobs.cancel(OWNER);
      if (store.getState().set.status === 'running') change({ status: 'paused', remainingMs: null });
    },

    async clearSet() {
      const { waiting } = store.getState().set;
      given.forget();
      if (waiting !== null) return;
      store.getState().interruptSet();
      files.forget();
      const { run } = store.getState().set;
      store.setState({ set: NO_SET });
      await (run ? dependencies.results : dependencies.sets).clear().catch(() => {});
      // What the browser keeps besides is a set that results were only shown in front of.
      if (run) await store.getState().loadSet();
    },

    ...createSetImagesSlice(context, files),
    ...createFormerSetSlice(context),
    ...createResultsSlice(context, files, NO_SET),

    downloadSet(format) {
      const { kept } = store.getState().set;
      if (!kept) return;
      const type = format === 'csv' ? 'text/csv' : 'application/json';
      dependencies.saveFile(new Blob([setTable(kept, setResults(store.getState()), format)], { type }), setTableName(kept, format));
    },
  };
}
