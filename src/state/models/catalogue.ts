/** The list of models at hand: the built-in ones first, then those that a person gave. It is put together as its parts become known. */
import type { AppDependencies } from '../dependencies.ts';
import type { AppStore } from '../slice.ts';
import type { CatalogueEntry } from './model-state.ts';
import type { OpenedModels } from './opened-models.ts';

export class Catalogue {
  readonly #store: AppStore;
  readonly #dependencies: Pick<AppDependencies, 'fetchCatalogue'>;
  readonly #openedModels: OpenedModels;
  #opened: Promise<void> | null = null;

  constructor(store: AppStore, dependencies: Pick<AppDependencies, 'fetchCatalogue'>, openedModels: OpenedModels) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#openedModels = openedModels;
  }

  get entries(): readonly CatalogueEntry[] {
    return this.#store.getState().model.catalogue;
  }

  /** Resolves once the models that the browser keeps are in the list, where they are looked for once. */
  addOpened(): Promise<void> {
    this.#opened ??= this.#openedModels.entries().then(({ entries, remark }) => {
      const news = entries.filter(({ id }) => !this.#find(id));
      this.#set([...this.entries, ...news]);
      if (remark) this.#store.getState().notify('info', remark);
    });
    return this.#opened;
  }

  /** @throws AppError `download-failed` */
  async addBuiltIn(): Promise<void> {
    const builtIn = await this.#dependencies.fetchCatalogue();
    this.#set([...builtIn.map((entry) => ({ ...entry, isBuiltIn: true, keptBytes: null, hubName: null })), ...this.entries]);
  }

  /** At the end, in place of one of the same id. */
  add(entry: CatalogueEntry): void {
    this.#set([...this.entries.filter(({ id }) => id !== entry.id), entry]);
  }

  change(id: string, part: Partial<CatalogueEntry>): void {
    this.#set(this.entries.map((entry) => (entry.id === id ? { ...entry, ...part } : entry)));
  }

  remove(id: string): void {
    this.#set(this.entries.filter((entry) => entry.id !== id));
  }

  /** An id that none of them has. */
  unusedId(slug: string): string {
    const stem = `own-${slug}`;
    let id = stem;
    for (let i = 2; this.#find(id); i++) id = `${stem}-${i}`;
    return id;
  }

  #find(id: string): CatalogueEntry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  #set(catalogue: readonly CatalogueEntry[]): void {
    this.#store.setState(({ model }) => ({ model: { ...model, catalogue } }));
  }
}
