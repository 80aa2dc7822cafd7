/** Results of the command line, shown as a set: as they were found, and kept as a set is. */
import { AppError, asAppError } from '../../core/app-error.ts';
import type { SetImage } from '../../protocol/image-set.ts';
import type { SliceContext } from '../slice.ts';
import type { SetFiles } from './set-files.ts';
import type { SetSlice } from './set-state.ts';

/** What reads them is loaded when there are some. */
const load = () => import('./given-results.ts');

const NO_ROOM = 'The browser has no room to keep these results, so they are shown only as long as this page is open.';

/** @param noSet what a set is before anything is known of it */
export function createResultsSlice(
  { store, dependencies }: SliceContext,
  files: SetFiles,
  noSet: SetSlice['set'],
): Pick<SetSlice, 'openResults' | 'loadResults' | 'addImagesOfResults'> {
  async function read(given: readonly SetImage[]) {
    const { readResults } = await load();
    return readResults(given, (name) => store.getState().model.info?.layers.find((layer) => layer.name === name) ?? null);
  }

  function show({ kept, results, failed, run }: Awaited<ReturnType<typeof read>>): void {
    store.getState().interruptSet();
    files.giveAll([...run.images].map(([path, file]) => ({ path, file })));
    store.setState({ set: { ...noSet, status: 'done', kept, results, failed, run } });
  }

  function keep(whether: Promise<void>): Promise<void> {
    return whether.catch(() => store.getState().notify('info', NO_ROOM));
  }

  return {
    async openResults(given) {
      try {
        const found = await read(given);
        show(found);
        store.getState().setDrawer({ tab: 'dataset', isOpen: true });
        await keep(dependencies.results.keep(found.files));
      } catch (error) {
        store.getState().notify('error', asAppError(error).message);
      }
    },

    async loadResults() {
      const given = await dependencies.results.load().catch(() => []);
      if (given.length === 0) return false;
      try {
        const found = await read(given);
        const { kept, waiting } = store.getState().set;
        // Another folder was given meanwhile.
        if (kept === null && waiting === null) show(found);
        return true;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        await dependencies.results.clear().catch(() => {});
        const sentence =
          'What this browser kept of the results that were given is damaged and was left out; please give their folder again.';
        store.getState().notify('info', sentence);
        return false;
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
      await keep(dependencies.results.add(found));
      const rest = kept.paths.length - all.size;
      const still = rest === 0 ? '' : `; ${rest} are still missing`;
      store
        .getState()
        .notify('info', `${found.length} images belong to the results${still}. To measure a folder here, delete the results first.`);
      return true;
    },
  };
}
