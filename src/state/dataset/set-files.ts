/** The files of a set: in the browser's storage, or, where it would not keep them, at hand for as long as the page is open. */
import type { SetImage } from '../../protocol/image-set.ts';
import type { SetStorage } from '../dependencies.ts';

export class SetFiles {
  readonly #storage: SetStorage;
  #given = new Map<string, File>();
  /** Whether the browser keeps nothing of the set that is at hand. */
  #areAll = false;

  constructor(storage: SetStorage) {
    this.#storage = storage;
  }

  give(images: readonly SetImage[]): void {
    this.#areAll = false;
    this.#given = new Map(images.map(({ path, file }) => [path, file]));
  }

  /** There are no others: what the browser keeps is of another set. */
  giveAll(images: readonly SetImage[]): void {
    this.give(images);
    this.#areAll = true;
  }

  /** The browser keeps them now. */
  forget(): void {
    this.#given.clear();
    this.#areAll = false;
  }

  async find(path: string): Promise<File | null> {
    const given = this.#given.get(path) ?? null;
    return given || this.#areAll ? given : this.#storage.imageOf(path).catch(() => null);
  }
}
