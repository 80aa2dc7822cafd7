import { asAppError } from '../../core/app-error.ts';
import type { SliceContext } from '../slice.ts';
import type { Picture, PicturesSlice, SampleNote } from './picture-state.ts';

let nextId = 1;

/** @param sample null for the person's own picture */
export async function decodedPicture(
  dependencies: SliceContext['dependencies'],
  file: Blob,
  name: string,
  sample: SampleNote | null,
  wantsStretch = false,
): Promise<Picture> {
  const { thumbnail, ...decoded } = await dependencies.decodePicture(file, name, wantsStretch);
  const thumbnailUrl = dependencies.createObjectUrl(thumbnail ?? file);
  return { ...decoded, id: `picture-${nextId++}`, name, file, thumbnailUrl, sample };
}

/** Gives back what a picture takes that is on screen no more. */
export function discardPicture({ dependencies, cache }: SliceContext, { id, bitmap, thumbnailUrl }: Picture): void {
  cache.forget(({ pictureId }) => pictureId === id);
  dependencies.revokeObjectUrl(thumbnailUrl);
  bitmap.close();
}

export function createPicturesSlice(context: SliceContext): PicturesSlice {
  const { store, dependencies } = context;
  const change = (part: Partial<PicturesSlice['pictures']>) => store.setState(({ pictures }) => ({ pictures: { ...pictures, ...part } }));
  let decoding = 0;
  return {
    pictures: { items: [], selectedId: null, isDecoding: false, wantsStretch: false },

    async addImages(files) {
      decoding++;
      change({ isDecoding: true });
      let isFirst = true;
      for (const file of files) {
        try {
          const picture = await decodedPicture(dependencies, file, file.name, null, store.getState().pictures.wantsStretch);
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

    selectPicture: (id) => change({ selectedId: id }),

    async stretchPicture(id, isStretched) {
      const before = store.getState().pictures.items.find((picture) => picture.id === id);
      if (!before) return;
      change({ wantsStretch: isStretched });
      try {
        const after = await decodedPicture(dependencies, before.file, before.name, before.sample, isStretched);
        const { items, selectedId } = store.getState().pictures;
        // It may have been removed meanwhile.
        if (!items.includes(before)) return discardPicture(context, after);
        change({ items: items.map((item) => (item === before ? after : item)), selectedId: selectedId === id ? after.id : selectedId });
        discardPicture(context, before);
      } catch (error) {
        store.getState().notify('error', asAppError(error).message);
      }
    },

    removePicture(id) {
      const { items, selectedId } = store.getState().pictures;
      const index = items.findIndex((picture) => picture.id === id);
      const picture = items[index];
      if (!picture) return;
      const rest = items.filter((other) => other !== picture);
      change({ items: rest, selectedId: selectedId === id ? ((rest[index] ?? rest.at(-1))?.id ?? null) : selectedId });
      discardPicture(context, picture);
    },
  };
}
