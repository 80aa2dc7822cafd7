/** What a former visit left of a dataset: results of the command line, or else a folder that was measured here. */
import type { SliceContext } from '../slice.ts';
import type { SetSlice } from './set-state.ts';

export function createFormerSetSlice({ store, dependencies }: SliceContext): Pick<SetSlice, 'loadSet'> {
  const isAnother = () => store.getState().set.kept !== null;
  return {
    async loadSet() {
      if (isAnother() || (await store.getState().loadResults())) return;
      const found = await dependencies.sets.load().catch(() => null);
      const { waiting } = store.getState().set;
      if (!found || isAnother()) return;
      const { set: kept, results, remark } = found;
      if (remark) store.getState().notify('info', remark);
      if (!kept) return;
      const isDone = results.length >= kept.paths.length;
      store.setState(({ set }) => ({ set: { ...set, status: isDone ? 'done' : 'paused', kept, results } }));
      if (kept.isPaused) return;
      // It goes on by itself where it was, unless another model is on screen, or another folder is about to take its place.
      if (!isDone && waiting === null && store.getState().model.info?.id === kept.modelId) void store.getState().runSet();
    },
  };
}
