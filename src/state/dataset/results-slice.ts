/** Results of the command line, shown as a set: for as long as the page is open, as they lie in a folder of their own. */
import { asAppError } from '../../core/app-error.ts';
import type { SliceContext } from '../slice.ts';
import type { SetFiles } from './set-files.ts';
import type { SetSlice } from './set-state.ts';

/** What reads them is loaded when there are some. */
const load = () => import('./given-results.ts');

/** @param noSet what a set is before anything is known of it */
export function createResultsSlice(
  { store }: SliceContext,
  files: SetFiles,
  noSet: SetSlice['set'],
): Pick<SetSlice, 'openResults' | 'addImagesOfResults'> {
  return {
    async openResults(given) {
      const { readResults } = await load();
      const gridOf = (name: string) => store.getState().model.info?.layers.find((layer) => layer.name === name) ?? null;
      try {
        const { kept, results, failed, run } = await readResults(given, gridOf);
        store.getState().pauseSet();
        files.giveAll([...run.images].map(([path, file]) => ({ path, file })));
        store.setState({ set: { ...noSet, status: 'done', kept, results, failed, run } });
        store.getState().setDrawer({ tab: 'dataset', isOpen: true });
      } catch (error) {
        store.getState().notify('error', asAppError(error).message);
      }
    },

    async addImagesOfResults(images) {
      const { kept, run } = store.getState().set;
      if (!kept || !run || run.images.size === kept.paths.length) return false;
      const { imagesFor } = await load();
      const missing = kept.paths.filter((path) => !run.images.has(path));
      const found = imagesFor(missing, images);
      if (found.length === 0) return false;
      const all = new Map([...run.images, ...found.map(({ path, file }) => [path, file] as const)]);
      files.giveAll([...all].map(([path, file]) => ({ path, file })));
      store.setState(({ set }) => ({ set: { ...set, run: { ...run, images: all } } }));
      const rest = kept.paths.length - all.size;
      const still = rest === 0 ? '' : `; ${rest} are still missing`;
      store
        .getState()
        .notify('info', `${found.length} images belong to the results${still}. To measure a folder here, delete the results first.`);
      return true;
    },
  };
}
