/** Measuring a folder of pictures, one after the other, in the background of whatever is on screen; it outlives the tab. */
import { asAppError } from '../core/app-error.ts';
import { type SetResult, setCsv } from '../core/faithfulness/set-result.ts';
import type { KeptSet } from '../core/picture-set.ts';
import { remainingTime } from '../core/remaining-time.ts';
import type { Engine } from '../protocol/engine.ts';
import type { SetPicture } from '../protocol/picture-set.ts';
import type { SetSlice } from './analysis-state.ts';
import { budgetBytes } from './device-costs.ts';
import { measureSetPicture } from './measure-set-picture.ts';
import type { SliceContext } from './slice.ts';

const NO_SET: SetSlice['set'] = { status: 'none', kept: null, results: [], failed: [], remainingMs: null };

/** The folder that all paths begin with; empty where there is none. */
function rootOf(pictures: readonly SetPicture[]): string {
  const [root = ''] = pictures[0]?.path.split('/') ?? [];
  return pictures.every(({ path }) => path.startsWith(`${root}/`)) ? root : '';
}

export function createSetSlice(context: SliceContext, engineInUse: () => Engine | null): SetSlice {
  const { store, dependencies, explainer } = context;
  const change = (part: Partial<SetSlice['set']>) => store.setState(({ set }) => ({ set: { ...set, ...part } }));
  let running: AbortController | null = null;
  /** What the browser would not keep is at hand for as long as the page is open. */
  let given = new Map<string, File>();

  async function fileOf(path: string): Promise<File | null> {
    return given.get(path) ?? (await dependencies.sets.pictureOf(path).catch(() => null));
  }

  /** Measures one picture; what is wrong with it is noted, and the others go on. */
  async function measure(engine: Engine, set: KeptSet, path: string, signal: AbortSignal): Promise<void> {
    const { card } = store.getState().model;
    const file = await fileOf(path);
    if (!card || !file) throw new Error(`${path} is not there any more`);
    let result: SetResult;
    try {
      const { bitmap } = await dependencies.decodePicture(file, path);
      try {
        result = await measureSetPicture(engine, set, card, path, bitmap, budgetBytes(store.getState()), signal);
      } finally {
        // Nothing of a picture stays in memory but its numbers.
        bitmap.close();
      }
    } catch (error) {
      const { code, message } = asAppError(error);
      if (signal.aborted || code === 'device-lost' || !code.startsWith('picture-')) throw error;
      change({ failed: [...store.getState().set.failed, { path, message }] });
      return;
    }
    change({ results: [...store.getState().set.results, result] });
    await dependencies.sets.keepResult(result).catch(() => {});
  }

  /** What a person looks at comes first: then the picture is begun again when there is time for it. */
  async function measureWhenIdle(engine: Engine, set: KeptSet, path: string, signal: AbortSignal): Promise<void> {
    await explainer.whenIdle();
    signal.throwIfAborted();
    const giveWay = new AbortController();
    const stopListening = explainer.onStart(() => giveWay.abort());
    try {
      await measure(engine, set, path, AbortSignal.any([signal, giveWay.signal]));
    } catch (error) {
      if (signal.aborted || !giveWay.signal.aborted) throw error;
    } finally {
      stopListening();
    }
  }

  async function run(engine: Engine, set: KeptSet, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    const isDone = (path: string) => {
      const { results, failed } = store.getState().set;
      return results.some((result) => result.path === path) || failed.some((failure) => failure.path === path);
    };
    const left = set.paths.filter((path) => !isDone(path));
    for (const [i, path] of left.entries()) {
      while (!isDone(path)) await measureWhenIdle(engine, set, path, signal);
      change({ remainingMs: remainingTime(i + 1, left.length, performance.now() - startedAt) });
    }
  }

  return {
    set: NO_SET,

    async openSet(pictures) {
      store.getState().pauseSet();
      const state = store.getState();
      const { card, info } = state.model;
      const { layer, methods, ablation } = state.view;
      if (!card || info?.id !== card.id || layer === null || pictures.length === 0) {
        state.notify(
          'info',
          pictures.length === 0
            ? 'There are no pictures in that folder.'
            : 'Please wait until a model is loaded, then give the folder again.',
        );
        return;
      }
      const set: KeptSet = {
        name: rootOf(pictures) || `${pictures.length} pictures`,
        paths: pictures.map(({ path }) => path),
        modelId: card.id,
        preprocessing: card.preprocessing,
        layer,
        methods,
        ablation,
        settings: state.faithfulness.settings,
      };
      given = new Map(pictures.map(({ path, file }) => [path, file]));
      store.setState({ set: { ...NO_SET, status: 'paused', kept: set } });
      try {
        await dependencies.sets.keep(set, pictures);
        given.clear();
      } catch {
        state.notify('info', 'The browser has no room to keep these pictures, so the run lasts only as long as this page is open.');
      }
      await store.getState().runSet();
    },

    async loadSet() {
      const found = await dependencies.sets.load().catch(() => null);
      if (!found || store.getState().set.kept) return;
      const { set, results } = found;
      const isDone = results.length >= set.paths.length;
      store.setState({ set: { ...NO_SET, status: isDone ? 'done' : 'paused', kept: set, results } });
      // It goes on by itself where it was, unless another model is on screen.
      if (!isDone && store.getState().model.info?.id === set.modelId) void store.getState().runSet();
    },

    async runSet() {
      const engine = engineInUse();
      const { set, model } = store.getState();
      if (!engine || !set.kept || running) return;
      if (model.status === 'loading' || model.info?.id !== set.kept.modelId) {
        store.getState().notify('info', 'This set was begun with another model; please choose that one first.');
        return;
      }
      const own = new AbortController();
      running = own;
      change({ status: 'running', remainingMs: null });
      try {
        await run(engine, set.kept, own.signal);
        if (running === own) change({ status: 'done', remainingMs: null });
      } catch (error) {
        if (running !== own || own.signal.aborted) return;
        change({ status: 'paused', remainingMs: null });
        const { code, message } = asAppError(error);
        if (code !== 'device-lost') store.getState().notify('error', message);
      } finally {
        if (running === own) running = null;
      }
    },

    pauseSet() {
      running?.abort();
      running = null;
      if (store.getState().set.status === 'running') change({ status: 'paused', remainingMs: null });
    },

    async clearSet() {
      store.getState().pauseSet();
      given.clear();
      store.setState({ set: NO_SET });
      await dependencies.sets.clear().catch(() => {});
    },

    async openSetPicture(path) {
      const file = await fileOf(path);
      if (file) await store.getState().addPictures([new File([file], path.split('/').at(-1) ?? path, { type: file.type })]);
      else store.getState().notify('error', `The picture ${path} is not there any more; please open the folder again.`);
    },

    downloadSet(format) {
      const { kept, results } = store.getState().set;
      if (!kept) return;
      const { paths: _paths, ...settings } = kept;
      const text = format === 'csv' ? setCsv(results) : `${JSON.stringify({ ...settings, results }, null, 2)}\n`;
      dependencies.saveFile(
        new Blob([text], { type: format === 'csv' ? 'text/csv' : 'application/json' }),
        `${kept.name}_faithfulness.${format}`,
      );
    },
  };
}
