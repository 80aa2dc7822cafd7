/** The files of a set: in the browser's storage, or, where it would not keep them, at hand for as long as the page is open. */
import type { SetImage } from '../../protocol/image-set.ts';
import type { SetStorage } from '../dependencies.ts';

export class SetFiles {
  readonly #storage: SetStorage;
  #given = new Map<string, File>();

  constructor(storage: SetStorage) {
    this.#storage = storage;
  }

  give(images: readonly SetImage[]): void {
    this.#given = new Map(images.map(({ path, file }) => [path, file]));
  }

  /** The browser keeps them now. */
  letGo(): void {
    this.#given.clear();
  }

  async find(path: string): Promise<File | null> {
    return this.#given.get(path) ?? (await this.#storage.imageOf(path).catch(() => null));
  }
}
