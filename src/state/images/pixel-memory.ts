/**
 * The pixels of images: read when an image is to be shown or run, and given back, those longest unused first, where many images would fill the
 * memory. Whatever is in view keeps its own.
 */

import type { StoreApi } from 'zustand/vanilla';
import { AppError, asAppError } from '../../core/app-error.ts';
import type { AppState } from '../app-state.ts';
import type { AppDependencies } from '../dependencies.ts';
import { hasPixels, type Image, type ListedImage } from './image-state.ts';

type Store = Pick<StoreApi<AppState>, 'getState' | 'setState'>;

const MAX_BYTES = 256_000_000;

function bytesOf({ bitmap, pixels }: ListedImage): number {
  return (bitmap ? bitmap.width * bitmap.height * 4 : 0) + (pixels?.data.length ?? 0);
}

/** A file that was changed or moved since it was given cannot be read any more. */
function isGone(error: unknown): boolean {
  return error instanceof DOMException && (error.name === 'NotReadableError' || error.name === 'NotFoundError');
}

export class PixelMemory {
  readonly #store: Store;
  readonly #dependencies: Pick<AppDependencies, 'decodeImage'>;
  /** In the order in which they were used last. */
  readonly #used = new Set<string>();
  readonly #loading = new Map<string, Promise<Image | null>>();

  constructor(store: Store, dependencies: Pick<AppDependencies, 'decodeImage'>) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /**
   * The image with its pixels; null once it has been removed.
   *
   * @throws AppError where its file cannot be read any more
   */
  load(id: string): Promise<Image | null> {
    const image = this.#find(id);
    if (!image) return Promise.resolve(null);
    if (hasPixels(image)) {
      this.use(id);
      return Promise.resolve(image);
    }
    const loading = this.#loading.get(id) ?? this.#read(image).finally(() => this.#loading.delete(id));
    this.#loading.set(id, loading);
    return loading;
  }

  /** Has been used just now: others go first. */
  use(id: string): void {
    this.#used.delete(id);
    this.#used.add(id);
    this.#trim();
  }

  /** A former version of the image, or one that was removed: its pixels are given back. */
  release(image: ListedImage): ListedImage {
    image.bitmap?.close();
    return { ...image, bitmap: null, pixels: null };
  }

  #find(id: string): ListedImage | null {
    return this.#store.getState().images.items.find((image) => image.id === id) ?? null;
  }

  async #read({ id, file, name, isStretched }: ListedImage): Promise<Image | null> {
    const { bitmap, pixels } = await this.#dependencies.decodeImage(file, name, isStretched).catch((error: unknown) => {
      if (!isGone(error)) throw asAppError(error);
      throw new AppError('image-unreadable', `The file ${name} can no longer be read, as it was changed or moved; please give it again.`);
    });
    const now = this.#find(id);
    if (!now) {
      bitmap.close();
      return null;
    }
    const image = { ...now, bitmap, pixels };
    this.#put([image]);
    this.use(id);
    return image;
  }

  #put(changed: readonly ListedImage[]): void {
    const byId = new Map(changed.map((image) => [image.id, image]));
    this.#store.setState(({ images }) => ({ images: { ...images, items: images.items.map((item) => byId.get(item.id) ?? item) } }));
  }

  #trim(): void {
    const { items, selectedId, awaitedId } = this.#store.getState().images;
    let bytes = items.reduce((sum, image) => sum + bytesOf(image), 0);
    const order = [...this.#used];
    const last = order.at(-1);
    const dropped: ListedImage[] = [];
    for (const id of order) {
      if (bytes <= MAX_BYTES) break;
      const image = items.find((item) => item.id === id);
      if (!image) this.#used.delete(id);
      if (!image || id === selectedId || id === awaitedId || id === last) continue;
      this.#used.delete(id);
      bytes -= bytesOf(image);
      dropped.push(image);
    }
    if (dropped.length === 0) return;
    // Out of the state first: nothing may be drawn from what is closed.
    this.#put(dropped.map((image) => ({ ...image, bitmap: null, pixels: null })));
    for (const { bitmap } of dropped) bitmap?.close();
  }
}
