import { asAppError } from '../core/app-error.ts';
import type { Sample } from '../protocol/sample.ts';
import type { Picture, PicturesSlice } from './app-state.ts';
import type { SliceContext } from './slice.ts';

/** Files of a model, dropped among pictures; or what people take for one, which then is told why it is none. */
function isModelFile({ name }: File): boolean {
  return /\.(json|bin|h5|hdf5|keras|safetensors|txt|csv|tsv|pt|pth|ckpt|onnx|pb|tflite|zip)$/i.test(name);
}

let nextId = 1;

async function pictureOf(dependencies: SliceContext['dependencies'], file: Blob, name: string, caption: string): Promise<Picture> {
  const { width, height, bitmap } = await dependencies.decodePicture(file, name);
  const thumbnailUrl = dependencies.createObjectUrl(file);
  return { id: `picture-${nextId++}`, name, width, height, bitmap, file, thumbnailUrl, caption, isSample: caption !== '' };
}

/** Puts the sample on screen with its finished explanation. */
export async function showSample({ store, dependencies, cache }: SliceContext, sample: Sample): Promise<void> {
  const picture = await pictureOf(dependencies, sample.picture, sample.name, sample.caption);
  const context = { modelId: sample.modelId, pictureId: picture.id, layer: sample.layer, backend: sample.backend };
  cache.addLogits(sample.modelId, picture.id, sample.logits);
  for (const { work, result } of sample.results) cache.add(work, result, context);
  store.setState(({ pictures }) => ({
    pictures: { ...pictures, items: [picture, ...pictures.items], selectedId: pictures.selectedId ?? picture.id },
  }));
}

export function createPicturesSlice({ store, dependencies, cache, explainer }: SliceContext): PicturesSlice {
  const change = (part: Partial<PicturesSlice['pictures']>) => store.setState(({ pictures }) => ({ pictures: { ...pictures, ...part } }));
  let decoding = 0;
  return {
    pictures: { items: [], selectedId: null, isDecoding: false },

    async addPictures(files) {
      const modelFiles = files.filter(isModelFile);
      if (modelFiles.length) void store.getState().openModelFiles(modelFiles);
      decoding++;
      change({ isDecoding: true });
      let isFirst = true;
      for (const file of files.filter((candidate) => !isModelFile(candidate))) {
        try {
          const picture = await pictureOf(dependencies, file, file.name, '');
          change({ items: [...store.getState().pictures.items, picture] });
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
      cache.forget(({ pictureId }) => pictureId === id);
      explainer.viewChanged();
      dependencies.revokeObjectUrl(picture.thumbnailUrl);
      picture.bitmap.close();
    },
  };
}
