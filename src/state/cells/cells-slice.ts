/** Asking what the network says without some cells: one that a sweep knows already, or several together. */
import { itemLogits } from '../../explain/item-sweep.ts';
import { ablationSweepIn, ablationWork } from '../../explain/methods/ablation-sweep.ts';
import type { AppState } from '../app-state.ts';
import { pixelsOf } from '../images/image-state.ts';
import type { SliceContext } from '../slice.ts';
import { ablationInView, selectedImage, subjectKey } from '../view/in-view.ts';
import type { CellsSlice } from './cells-state.ts';

export const NO_CELLS: CellsSlice['cells'] = { pointer: null, removed: [], status: 'idle', logits: null, about: null };

/** Whose jobs these are. */
export const CELLS = 'cells';

export function createCellsSlice({ store, cache, jobs }: SliceContext): CellsSlice {
  const change = (part: Partial<CellsSlice['cells']>) => store.setState(({ cells }) => ({ cells: { ...cells, ...part } }));

  /** What a finished or unfinished sweep of single cells has found out about one cell. */
  function known(state: AppState, [cell, another]: readonly number[]): Float32Array | null {
    const { card } = state.model;
    const { layer } = state.view;
    const image = selectedImage(state);
    if (cell === undefined || another !== undefined || !card || !image || layer === null) return null;
    const single = { window: 1, stride: 1, value: ablationInView(state).value };
    const place = { modelId: card.id, imageId: image.id, layer };
    const sweep = ablationSweepIn(cache.find(place, ablationWork(single))?.result ?? null);
    return sweep?.isExact[cell] ? itemLogits(sweep, cell) : null;
  }

  async function ask(removed: readonly number[]): Promise<void> {
    jobs.cancel(CELLS);
    const state = store.getState();
    const { card } = state.model;
    const image = selectedImage(state);
    const { layer } = state.view;
    if (removed.length === 0 || !card || !image || layer === null) return change({ status: 'idle', logits: null });
    const found = known(state, removed);
    if (found) return change({ status: 'done', logits: found.slice() });
    change({ status: 'running' });
    const request = {
      image: { id: image.id, pixels: pixelsOf(image) },
      preprocessing: card.preprocessing,
      layer,
      cells: Uint32Array.from(removed),
      value: ablationInView(state).value,
    };
    const outcome = await jobs.submit(CELLS, {
      rank: 'in-view',
      async run(engine, signal) {
        const logits = await engine.withoutCells(request, signal);
        if (!signal.aborted) change({ status: 'done', logits });
      },
    });
    if (outcome === 'failed') change({ status: 'failed', logits: null });
  }

  return {
    cells: NO_CELLS,

    pointAt(pointer) {
      change({ pointer });
    },

    toggleCells(cells) {
      const { removed } = store.getState().cells;
      const isAway = cells.every((cell) => removed.includes(cell));
      const kept = removed.filter((cell) => !cells.includes(cell));
      store.getState().setCells(isAway ? kept : [...kept, ...cells]);
    },

    setCells(cells) {
      const about = subjectKey(store.getState(), 'layer');
      if (about === null) return;
      const removed = [...new Set(cells)].sort((a, b) => a - b);
      change({ removed, about });
      void ask(removed);
    },

    clearCells() {
      if (store.getState().cells.removed.length > 0) store.getState().setCells([]);
    },
  };
}
