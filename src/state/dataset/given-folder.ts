/** A folder that is given to be measured: it waits for a model, and takes the place of another one's results only when the person says so. */
import type { SetImage } from '../../protocol/image-set.ts';
import type { ModelLoader } from '../models/model-loader.ts';
import type { SliceContext } from '../slice.ts';
import { nameOf } from './set-paths.ts';
import type { SetSlice } from './set-state.ts';

export interface GivenFolder {
  readonly slice: Pick<SetSlice, 'openSet' | 'replaceSet' | 'keepSet'>;
  /** What was given last is not wanted any more. */
  forget(): void;
}

/** @param begin measures images in place of what was measured before */
export function givenFolder(
  { store }: SliceContext,
  loader: ModelLoader,
  begin: (images: readonly SetImage[]) => Promise<void>,
): GivenFolder {
  const change = (part: Partial<SetSlice['set']>) => store.setState(({ set }) => ({ set: { ...set, ...part } }));
  /** The folder that was given last. */
  let last: readonly SetImage[] | null = null;

  function forget(): void {
    last = null;
    change({ waiting: null, offered: null });
  }

  return {
    forget,
    slice: {
      async openSet(images) {
        if (images.length === 0) return store.getState().notify('info', 'There are no images in that folder.');
        const name = nameOf(images);
        last = images;
        change({ offered: null });
        if (!loader.isSettled) {
          store.getState().interruptSet();
          change({ waiting: name });
          await loader.whenSettled();
          // Deleted meanwhile, or another folder was given.
          if (last !== images) return;
        }
        const { results, run } = store.getState().set;
        // Results of the command line are in files of the person's own.
        if (results.length === 0 || run) return begin(images);
        change({ waiting: null, offered: name });
        store.getState().setDrawer({ tab: 'dataset', isOpen: true });
      },

      async replaceSet() {
        const images = last;
        if (images && store.getState().set.offered !== null) await begin(images);
      },

      keepSet: forget,
    },
  };
}
