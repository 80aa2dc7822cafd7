/** Images are removed, and come back: nothing that was found out about them is thrown away before that can no longer be. */
import type { SliceContext } from '../slice.ts';
import { hasPixels, type ImagesSlice, type ListedImage } from './image-state.ts';
import { discardImage } from './images-slice.ts';
import type { SampleStrip } from './sample-strip.ts';

interface Place {
  readonly image: ListedImage;
  readonly index: number;
}

type Actions = Pick<ImagesSlice, 'removeImage' | 'removeImages' | 'undoRemoveImages' | 'bringSamplesBack'>;

/** Removed samples by model, with those of the list among them, or without. */
function marked(former: ImagesSlice['images']['removedSamples'], images: readonly ListedImage[], isRemoved: boolean) {
  const removed: Record<string, readonly string[]> = { ...former };
  for (const { name, sample } of images) {
    if (!sample) continue;
    const others = (removed[sample.modelId] ?? []).filter((other) => other !== name);
    removed[sample.modelId] = isRemoved ? [...others, name] : others;
  }
  return removed;
}

export function createRemovalSlice(context: SliceContext, sampleStrip: SampleStrip): Actions {
  const { store, pixels, history } = context;
  const change = (part: Partial<ImagesSlice['images']>) => store.setState(({ images }) => ({ images: { ...images, ...part } }));
  /** What can be brought back, by each removal: an image may have been removed several times. */
  const kept = new Set<readonly Place[]>();
  let undoLast = () => {};
  let lastNotice = '';

  function dismissLast(): void {
    const { notices, dismiss } = store.getState();
    const notice = notices.find(({ text }) => text === lastNotice);
    if (notice) dismiss(notice.id);
  }

  /** @returns what was taken away, and from where */
  function take(ids: readonly string[]): readonly Place[] {
    const { items, selectedId, awaitedId, removedSamples } = store.getState().images;
    const places = items.flatMap((image, index) => (ids.includes(image.id) ? [{ image, index }] : []));
    const [first] = places;
    if (!first) return [];
    const gone = places.map(({ image }) => image);
    const rest = items.filter((image) => !gone.includes(image));
    const isGone = (id: string | null) => id !== null && gone.some((image) => image.id === id);
    const next = isGone(awaitedId ?? selectedId) ? (rest[first.index] ?? rest.at(-1) ?? null) : null;
    const shown = isGone(selectedId) ? null : selectedId;
    change({
      items: rest,
      selectedId: next && hasPixels(next) ? next.id : shown,
      awaitedId: isGone(awaitedId) ? null : awaitedId,
      removedSamples: marked(removedSamples, gone, true),
    });
    if (next) store.getState().selectImage(next.id);
    return places.map(({ image, index }) => ({ image: pixels.release(image), index }));
  }

  function putBack(places: readonly Place[]): void {
    const { items, removedSamples } = store.getState().images;
    const modelId = items.find(({ sample }) => sample)?.sample?.modelId;
    // Samples of another model may stand there by now.
    const missing = places.filter(
      ({ image: { id, sample } }) => !items.some((item) => item.id === id) && (!sample || !modelId || sample.modelId === modelId),
    );
    const [first] = missing;
    if (!first) return;
    const own = items.filter(({ sample }) => !sample);
    const samples = items.filter(({ sample }) => sample);
    const ownBefore = own.length + missing.filter(({ image }) => !image.sample).length;
    for (const { image, index } of missing) {
      if (image.sample) samples.splice(Math.max(0, index - ownBefore), 0, image);
      else own.splice(index, 0, image);
    }
    change({
      items: [...own, ...samples],
      removedSamples: marked(
        removedSamples,
        missing.map(({ image }) => image),
        false,
      ),
    });
    store.getState().selectImage(first.image.id);
  }

  function forget(places: readonly Place[]): void {
    const { items } = store.getState().images;
    kept.delete(places);
    const canComeBack = ({ id }: ListedImage) => [...kept].some((others) => others.some(({ image }) => image.id === id));
    for (const { image } of places) if (!items.some(({ id }) => id === image.id) && !canComeBack(image)) discardImage(context, image);
  }

  return {
    removeImage: (id) => store.getState().removeImages([id]),

    removeImages(ids) {
      const places = take(ids);
      const [first] = places;
      if (!first) return;
      kept.add(places);
      const what = places.length === 1 ? first.image.name : `${places.length} images`;
      const undo = () => {
        dismissLast();
        putBack(places);
      };
      history.record({
        title: `removal of ${what}`,
        kind: null,
        modelId: null,
        undo,
        redo: () => void take(ids),
        forget: () => forget(places),
      });
      dismissLast();
      lastNotice = `${what} ${places.length === 1 ? 'was' : 'were'} removed.`;
      undoLast = undo;
      store.getState().notify('info', lastNotice, { title: 'Undo', run: undo });
    },

    undoRemoveImages: () => undoLast(),

    bringSamplesBack: () => sampleStrip.bringBack(),
  };
}
