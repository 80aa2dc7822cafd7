import { asAppError } from '../core/app-error.ts';
import type { Picture, PicturesSlice, SampleNote } from './picture-state.ts';
import type { SliceContext } from './slice.ts';

let nextId = 1;

/** @param sample null for the person's own picture */
export async function decodedPicture(
  dependencies: SliceContext['dependencies'],
  file: Blob,
  name: string,
  sample: SampleNote | null,
): Promise<Picture> {
  const { width, height, bitmap } = await dependencies.decodePicture(file, name);
  const thumbnailUrl = dependencies.createObjectUrl(file);
  return { id: `picture-${nextId++}`, name, width, height, bitmap, file, thumbnailUrl, sample };
}

/** Gives back what a picture takes that is on screen no more. */
export function discardPicture({ dependencies, cache }: SliceContext, { id, bitmap, thumbnailUrl }: Picture): void {
  cache.forget(({ pictureId }) => pictureId === id);
  dependencies.revokeObjectUrl(thumbnailUrl);
  bitmap.close();
}

export function createPicturesSlice(context: SliceContext): PicturesSlice {
  const { store, dependencies, explainer } = context;
  const change = (part: Partial<PicturesSlice['pictures']>) => store.setState(({ pictures }) => ({ pictures: { ...pictures, ...part } }));
  let decoding = 0;
  return {
    pictures: { items: [], selectedId: null, isDecoding: false },

    async addImages(files) {
      decoding++;
      change({ isDecoding: true });
      let isFirst = true;
      for (const file of files) {
        try {
          const picture = await decodedPicture(dependencies, file, file.name, null);
          const { items } = store.getState().pictures;
          const samples = items.filter(({ sample }) => sample);
          change({ items: [...items.filter(({ sample }) => !sample), picture, ...samples] });
          // The first one that could be read is shown; the others wait in the strip.
          if (isFirst) store.getState().selectPicture(picture.id);
          isFirst = false;
        } catch (error) {
          store.getState().notify('error', asAppError(error).message);
        }
      }
      change({ isDecoding: --decoding > 0 });
    },

    selectPicture(id) {
      change({ selectedId: id });
      explainer.viewChanged();
    },

    removePicture(id) {
      const { items, selectedId } = store.getState().pictures;
      const index = items.findIndex((picture) => picture.id === id);
      const picture = items[index];
      if (!picture) return;
      const rest = items.filter((other) => other !== picture);
      change({ items: rest, selectedId: selectedId === id ? ((rest[index] ?? rest.at(-1))?.id ?? null) : selectedId });
      explainer.viewChanged();
      discardPicture(context, picture);
    },
  };
}
