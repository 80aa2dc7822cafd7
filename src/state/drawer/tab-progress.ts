/** How far what stands in the drawer is, in as few characters as a tab has room for. */
import { isColumnDone, isDepthInView } from '../across-layers/depth-selectors.ts';
import type { AppState } from '../app-state.ts';
import type { DrawerTab } from '../view/view-state.ts';

function percent(progress: { readonly done: number; readonly total: number } | null): string {
  return progress ? `${Math.floor((100 * progress.done) / progress.total)} %` : '…';
}

/** Empty where nothing runs and nothing is there. */
export function tabProgress(state: AppState, tab: DrawerTab): string {
  const { cells, depth, faithfulness, sanity, set, stability } = state;
  switch (tab) {
    case 'cells':
      return cells.removed.length > 0 ? String(cells.removed.length) : '';
    case 'across-layers': {
      if (depth.status !== 'running' || !isDepthInView(state)) return '';
      const done = depth.columns.filter((column) => isColumnDone(state, column)).length;
      return `${done}/${depth.columns.length}`;
    }
    case 'measure':
      return faithfulness.status === 'running' ? percent(faithfulness.progress) : '';
    case 'sanity-check':
      return sanity.status === 'running' ? percent(sanity.progress) : '';
    case 'stability':
      return stability.status === 'running' ? percent(stability.progress) : '';
    case 'dataset':
      return set.kept ? `${set.results.length + set.failed.length}/${set.kept.paths.length}` : '';
    default:
      return '';
  }
}
