import { asAppError } from '../../core/app-error.ts';
import type { SliceContext } from '../slice.ts';
import type { Image, ImagesSlice, SampleNote } from './image-state.ts';

let nextId = 1;

/** @param sample null for the person's own image */
export async function decodedImage(
  dependencies: SliceContext['dependencies'],
  file: Blob,
  name: string,
  sample: SampleNote | null,
  wantsStretch = false,
): Promise<Image> {
  const { thumbnail, ...decoded } = await dependencies.decodeImage(file, name, wantsStretch);
  const thumbnailUrl = dependencies.createObjectUrl(thumbnail ?? file);
  return { ...decoded, id: `image-${nextId++}`, name, file, thumbnailUrl, sample };
}

/** Gives back what an image takes that is on screen no more. */
export function discardImage({ dependencies, cache }: SliceContext, { id, bitmap, thumbnailUrl }: Image): void {
  cache.forget(({ imageId }) => imageId === id);
  dependencies.revokeObjectUrl(thumbnailUrl);
  bitmap.close();
}

export function createImagesSlice(context: SliceContext): ImagesSlice {
  const { store, dependencies } = context;
  const change = (part: Partial<ImagesSlice['images']>) => store.setState(({ images }) => ({ images: { ...images, ...part } }));
  let decoding = 0;
  return {
    images: { items: [], selectedId: null, isDecoding: false, wantsStretch: false },

    async addImages(files) {
      decoding++;
      change({ isDecoding: true });
      let isFirst = true;
      for (const file of files) {
        try {
          const image = await decodedImage(dependencies, file, file.name, null, store.getState().images.wantsStretch);
          const { items } = store.getState().images;
          const samples = items.filter(({ sample }) => sample);
          change({ items: [...items.filter(({ sample }) => !sample), image, ...samples] });
          // The first one that could be read is shown; the others wait in the strip.
          if (isFirst) store.getState().selectImage(image.id);
          isFirst = false;
        } catch (error) {
          store.getState().notify('error', asAppError(error).message);
        }
      }
      change({ isDecoding: --decoding > 0 });
    },

    selectImage: (id) => change({ selectedId: id }),

    async stretchImage(id, isStretched) {
      const before = store.getState().images.items.find((image) => image.id === id);
      if (!before) return;
      change({ wantsStretch: isStretched });
      try {
        const after = await decodedImage(dependencies, before.file, before.name, before.sample, isStretched);
        const { items, selectedId } = store.getState().images;
        // It may have been removed meanwhile.
        if (!items.includes(before)) return discardImage(context, after);
        change({ items: items.map((item) => (item === before ? after : item)), selectedId: selectedId === id ? after.id : selectedId });
        discardImage(context, before);
      } catch (error) {
        store.getState().notify('error', asAppError(error).message);
      }
    },

    removeImage(id) {
      const { items, selectedId } = store.getState().images;
      const index = items.findIndex((image) => image.id === id);
      const image = items[index];
      if (!image) return;
      const rest = items.filter((other) => other !== image);
      change({ items: rest, selectedId: selectedId === id ? ((rest[index] ?? rest.at(-1))?.id ?? null) : selectedId });
      discardImage(context, image);
    },
  };
}
