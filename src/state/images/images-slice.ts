import { asAppError } from '../../core/app-error.ts';
import type { AppState } from '../app-state.ts';
import { randomId } from '../random-id.ts';
import type { SliceContext } from '../slice.ts';
import { hasPixels, type Image, type ImagesSlice, type SampleNote } from './image-state.ts';

/** So many files are read at once: one is shown while the next ones are on their way. */
const AT_ONCE = 3;

/** What is said of an image beside what is in it. */
interface Origin {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly sample: SampleNote | null;
}

/** Of the person's own image. Its id is no other image's, of a former visit either: what is kept of it is found by that. */
function ownOrigin(name: string, folder = ''): Origin {
  return { id: `own-${randomId()}`, name, folder, sample: null };
}

export async function decodedImage(
  dependencies: SliceContext['dependencies'],
  file: Blob,
  origin: Origin,
  wantsStretch = false,
): Promise<Image> {
  const decoded = await dependencies.decodeImage(file, origin.name, wantsStretch);
  return { ...decoded, ...origin, file, thumbnailUrl: dependencies.createObjectUrl(decoded.thumbnail ?? file) };
}

/** Gives back what an image takes that is on screen no more. */
export function discardImage(
  { dependencies, cache }: Pick<SliceContext, 'dependencies' | 'cache'>,
  { id, bitmap, thumbnailUrl }: Pick<Image, 'id' | 'thumbnailUrl'> & { readonly bitmap: ImageBitmap | null },
): void {
  cache.forget(({ imageId }) => imageId === id);
  dependencies.revokeObjectUrl(thumbnailUrl);
  bitmap?.close();
}

/** So many more files have been given, or read. */
export function countRead({ images }: AppState, read: number, given: number): Partial<AppState> {
  const { done = 0, total = 0 } = images.reading ?? {};
  const reading = { done: done + read, total: total + given };
  return { images: { ...images, reading: reading.done < reading.total ? reading : null } };
}

type Actions = Pick<ImagesSlice, 'images' | 'addImages' | 'selectImage' | 'stretchImage' | 'moveImage'>;

export function createImagesSlice(context: SliceContext): Actions {
  const { store, dependencies, pixels } = context;
  const change = (part: Partial<ImagesSlice['images']>) => store.setState(({ images }) => ({ images: { ...images, ...part } }));
  const say = (error: unknown) => store.getState().notify('error', asAppError(error).message);

  function add(image: Image, isShown: boolean): void {
    const { items } = store.getState().images;
    const samples = items.filter(({ sample }) => sample);
    // At once: nothing else is asked about an image that is about to be in view.
    change({
      items: [...items.filter(({ sample }) => !sample), image, ...samples],
      ...(isShown && { selectedId: image.id, awaitedId: null }),
    });
    pixels.use(image.id);
  }

  return {
    images: { items: [], selectedId: null, awaitedId: null, reading: null, wantsStretch: false, removedSamples: {} },

    async addImages(files, folder = '') {
      store.setState((state) => countRead(state, 0, files.length));
      const begin = (file: File) => decodedImage(dependencies, file, ownOrigin(file.name, folder), store.getState().images.wantsStretch);
      const begun: Promise<Image>[] = [];
      let isFirst = true;
      for (const i of files.keys()) {
        for (const file of files.slice(begun.length, i + AT_ONCE)) {
          const image = begin(file);
          // It is said when its turn comes.
          image.catch(() => {});
          begun.push(image);
        }
        try {
          const image = await begun[i];
          if (!image) continue;
          // The first one that could be read is shown; the others wait in the strip.
          add(image, isFirst);
          isFirst = false;
        } catch (error) {
          say(error);
        } finally {
          store.setState((state) => countRead(state, 1, 0));
        }
      }
    },

    selectImage(id) {
      const image = store.getState().images.items.find((item) => item.id === id);
      if (!image) return;
      if (hasPixels(image)) {
        change({ selectedId: id, awaitedId: null });
        pixels.use(id);
        return;
      }
      // What is in view stays until the other one can be shown: nothing flashes.
      change({ awaitedId: id });
      const isAwaited = () => store.getState().images.awaitedId === id;
      pixels.load(id).then(
        (loaded) => {
          if (!isAwaited()) return;
          change(loaded ? { selectedId: id, awaitedId: null } : { awaitedId: null });
          pixels.use(id);
        },
        (error: unknown) => {
          say(error);
          if (!isAwaited()) return;
          const { items, selectedId } = store.getState().images;
          change({ awaitedId: null, selectedId: selectedId ?? items.find(hasPixels)?.id ?? null });
        },
      );
    },

    async stretchImage(id, isStretched) {
      const before = store.getState().images.items.find((image) => image.id === id);
      if (!before) return;
      change({ wantsStretch: isStretched });
      try {
        // To the engine, and to what is kept of it, it is another image.
        const { name, folder, sample, file } = before;
        const after = await decodedImage(dependencies, file, { ...ownOrigin(name, folder), sample }, isStretched);
        const { items, selectedId } = store.getState().images;
        const now = items.find((image) => image.id === id);
        // It may have been removed meanwhile.
        if (!now) return discardImage(context, after);
        change({ items: items.map((item) => (item === now ? after : item)), selectedId: selectedId === id ? after.id : selectedId });
        pixels.use(after.id);
        discardImage(context, now);
      } catch (error) {
        say(error);
      }
    },

    moveImage(id, toId) {
      const { items } = store.getState().images;
      const from = items.findIndex((image) => image.id === id);
      const to = items.findIndex((image) => image.id === toId);
      const [image, other] = [items[from], items[to]];
      if (!image || !other || from === to || (image.sample === null) !== (other.sample === null)) return;
      change({ items: items.toSpliced(from, 1).toSpliced(to, 0, image) });
    },
  };
}
