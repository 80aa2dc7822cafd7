/** Images of a set on screen: small in its grid, and whole on the stage. */
import type { SliceContext } from '../slice.ts';
import type { SetFiles } from './set-files.ts';
import type { GivenRun, SetSlice, SetThumbnail } from './set-state.ts';

/** Thumbnails that are kept: several screens of them. */
const MOST_THUMBNAILS = 400;

export function createSetImagesSlice(
  { store, dependencies }: SliceContext,
  files: SetFiles,
): Pick<SetSlice, 'openSetImage' | 'setThumbnail'> {
  const thumbnails = new Map<string, Promise<SetThumbnail | null>>();

  const numbers = new WeakMap<GivenRun, number>();
  let runs = 0;

  /** Another one for other results, and for other images of the same. */
  function numberOf(run: GivenRun): number {
    const number = numbers.get(run) ?? ++runs;
    numbers.set(run, number);
    return number;
  }

  async function read(path: string, map: string | null): Promise<SetThumbnail | null> {
    const overlay = map === null ? undefined : store.getState().set.run?.overlays[path]?.[map];
    const file = overlay ?? (await files.find(path));
    if (!file) return null;
    const { thumbnail, width, height, bitmap } = await dependencies.decodeImage(
      file,
      path,
      store.getState().set.kept?.isStretched ?? false,
    );
    bitmap.close();
    return { content: thumbnail ?? file, width, height, isDrawn: file === overlay };
  }

  return {
    async openSetImage(path) {
      const { set, images } = store.getState();
      const opened = set.opened[path];
      if (opened !== undefined && images.items.some(({ id }) => id === opened)) {
        store.getState().selectImage(opened);
        return;
      }
      const file = await files.find(path);
      if (!file) {
        const why = set.run
          ? 'was not given with the results; please drop its folder'
          : 'is not there any more; please open the folder again';
        store.getState().notify('error', `The image ${path} ${why}.`);
        return;
      }
      const [name = path, ...folders] = path.split('/').toReversed();
      const own = new File([file], name, { type: file.type });
      await store.getState().addImages([own], folders.toReversed().join('/'));
      const image = store.getState().images.items.find((item) => item.file === own);
      if (!image) return;
      store.setState((state) => ({ set: { ...state.set, opened: { ...state.set.opened, [path]: image.id } } }));
      const box = store.getState().set.boxes[path];
      if (box) store.getState().setBox({ imageId: image.id, box });
    },

    setThumbnail(path, map) {
      const { kept, run } = store.getState().set;
      const key = JSON.stringify([run && numberOf(run), kept?.name, path, map]);
      const found = thumbnails.get(key);
      if (found) return found;
      const [oldest] = thumbnails.keys();
      if (thumbnails.size >= MOST_THUMBNAILS && oldest !== undefined) thumbnails.delete(oldest);
      // What cannot be read is said where it is measured.
      const thumbnail = read(path, map).catch(() => null);
      thumbnails.set(key, thumbnail);
      return thumbnail;
    },
  };
}
