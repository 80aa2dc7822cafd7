/** Keeps the person's own images, and how all stand in the strip, beyond the visit, as long as the person wants that. */
import { shallow } from 'zustand/shallow';
import type { KeptImage } from '../../protocol/kept-image.ts';
import type { AppState } from '../app-state.ts';
import type { AppDependencies } from '../dependencies.ts';
import type { AppStore, WatchedStore } from '../slice.ts';
import type { ListedImage } from './image-state.ts';

function isOwn({ sample }: ListedImage): boolean {
  return sample === null;
}

function keptForm({ id, name, folder, file, thumbnail, width, height, depth, isStretched, remark }: ListedImage): KeptImage {
  return { id, name, folder, file, thumbnail, width, height, depth, isStretched, remark };
}

/** What the arrangement follows from. */
function arranged({ images, view }: AppState): readonly unknown[] {
  return [images.items, images.awaitedId ?? images.selectedId, images.removedSamples, view.keepsImages];
}

export class KeptImages {
  readonly #store: AppStore;
  readonly #dependencies: Pick<AppDependencies, 'keptImages' | 'createObjectUrl'>;
  /** Those that stand in the browser's database, or are on their way there. */
  readonly #kept = new Set<string>();
  /** One after the other: an image that comes back must not be removed after that. */
  #last: Promise<unknown> = Promise.resolve();
  /** Whether the former visit's images are in the strip: before that, nothing is known of how they stood. */
  #isRestored = false;
  #hasRefused = false;
  /** Names of images for which there was no room, until they have been said. */
  #noRoom: string[] = [];

  constructor(store: AppStore, dependencies: Pick<AppDependencies, 'keptImages' | 'createObjectUrl'>) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /**
   * Puts the former visit's images into the strip, in their order, before any that were given meanwhile.
   *
   * @param isShown whether the one that was in view then is shown again
   */
  async restore(isShown: boolean): Promise<void> {
    const { keptImages } = this.#dependencies;
    // What cannot be read now is not written over later.
    const found = await keptImages.load().catch(() => null);
    const { images: kept, arrangement, remark } = found ?? { images: [], arrangement: null, remark: '' };
    const { notify, selectImage, view } = this.#store.getState();
    if (remark) notify('info', remark);
    const place = new Map(arrangement?.order.map((id, i) => [id, i]));
    const placeOf = ({ id }: KeptImage) => place.get(id) ?? place.size;
    const wanted = view.keepsImages ? kept.toSorted((a, b) => placeOf(a) - placeOf(b)) : [];
    for (const { id } of wanted) this.#kept.add(id);
    const listed = wanted.map((image) => this.#listed(image));
    this.#store.setState(({ images }) => ({
      images: {
        ...images,
        items: [...listed, ...images.items],
        removedSamples: { ...arrangement?.removedSamples, ...images.removedSamples },
      },
    }));
    this.#isRestored = true;
    const { images } = this.#store.getState();
    if (isShown && images.selectedId === null && images.awaitedId === null && arrangement?.selected) selectImage(arrangement.selected);
    this.#arrange();
  }

  follow(store: WatchedStore): void {
    store.subscribe(
      ({ images, view }) => (view.keepsImages ? images.items : null),
      (items) => items && this.#keepNew(items),
    );
    store.subscribe(
      ({ view }) => view.keepsImages,
      (keeps) => {
        if (keeps) return;
        this.#kept.clear();
        this.#queue(() => this.#dependencies.keptImages.clear());
      },
    );
    store.subscribe(arranged, () => this.#arrange(), { equalityFn: shallow });
  }

  #listed(image: KeptImage): ListedImage {
    const thumbnailUrl = this.#dependencies.createObjectUrl(image.thumbnail ?? image.file);
    return { ...image, bitmap: null, pixels: null, thumbnailUrl, sample: null };
  }

  #keepNew(items: readonly ListedImage[]): void {
    const { keptImages } = this.#dependencies;
    const own = items.filter(isOwn);
    const ids = new Set(own.map(({ id }) => id));
    for (const id of this.#kept) {
      if (ids.has(id)) continue;
      this.#kept.delete(id);
      this.#queue(() => keptImages.remove(id));
    }
    for (const image of own) {
      if (this.#kept.has(image.id)) continue;
      this.#kept.add(image.id);
      // It may have been removed, or nothing be kept any more, when its turn comes.
      this.#queue(async () => {
        if (this.#kept.has(image.id)) await keptImages.keep(keptForm(image)).catch((error: unknown) => this.#refused(image.name, error));
      });
    }
    this.#queue(async () => this.#sayNoRoom());
  }

  #arrange(): void {
    if (!this.#isRestored) return;
    const { images, view } = this.#store.getState();
    const own = view.keepsImages ? images.items.filter(isOwn) : [];
    const chosen = images.awaitedId ?? images.selectedId;
    const selected = own.find(({ id }) => id === chosen)?.id ?? null;
    const { removedSamples } = images;
    this.#queue(() => this.#dependencies.keptImages.arrange({ order: own.map(({ id }) => id), selected, removedSamples }));
  }

  #queue(write: () => Promise<void>): void {
    this.#last = this.#last.then(write).catch(() => {});
  }

  #refused(name: string, error: unknown): void {
    if (error instanceof DOMException && error.name === 'QuotaExceededError') {
      this.#noRoom.push(name);
      return;
    }
    if (this.#hasRefused) return;
    this.#hasRefused = true;
    const sentence = 'This browser keeps no images here, as in private windows, so yours must be given again after a reload.';
    this.#store.getState().notify('info', sentence);
  }

  #sayNoRoom(): void {
    const [first, ...others] = this.#noRoom;
    this.#noRoom = [];
    if (first === undefined) return;
    const what = others.length === 0 ? first : `${first} and ${others.length} more`;
    const them = others.length === 0 ? 'it' : 'they';
    const sentence = `The browser has no room to keep ${what}, so ${them} must be given again after a reload; remove other images or models to make room.`;
    this.#store.getState().notify('info', sentence);
  }
}
