/** Puts a model of the list on screen: a built-in one with its samples, or one that a person gave before. */

import type { SampleStrip } from '../images/sample-strip.ts';
import type { SliceContext } from '../slice.ts';
import type { Catalogue } from './catalogue.ts';
import { filesSource, type ModelLoader, type Outcome } from './model-loader.ts';
import type { CatalogueEntry } from './model-state.ts';

export class ModelChooser {
  readonly #context: SliceContext;
  readonly #loader: ModelLoader;
  readonly #catalogue: Catalogue;
  readonly #sampleStrip: SampleStrip;

  constructor(context: SliceContext, loader: ModelLoader, catalogue: Catalogue, sampleStrip: SampleStrip) {
    this.#context = context;
    this.#loader = loader;
    this.#catalogue = catalogue;
    this.#sampleStrip = sampleStrip;
  }

  /** @param askedLayer the layer that is asked for with it; null: the one that was asked for before */
  async choose(id: string, askedLayer: string | null = null): Promise<Outcome> {
    const entry = this.#catalogue.entries.find((candidate) => candidate.id === id);
    if (entry && !entry.isBuiltIn) return this.#chooseOpened(entry, askedLayer);
    const { store, dependencies } = this.#context;
    // On their way while the model is: both come on screen together.
    const samples = entry?.hasSamples && this.#sampleStrip.isOfOtherThan(id) ? dependencies.fetchSamples(id).catch(() => []) : [];
    const { card: shown } = store.getState().model;
    const card = shown?.id === id ? shown : () => dependencies.fetchModelCard(id);
    const outcome = await this.#loader.load({ kind: 'folder', id, url: dependencies.modelUrl(id) }, card, askedLayer);
    // Samples are pleasant to have: the model is on screen without them.
    if (outcome === 'shown') await this.#sampleStrip.show(id, await samples).catch(() => {});
    return outcome;
  }

  /** Forgets a model that a person gave, with its files. */
  async forget(id: string): Promise<void> {
    await this.#context.openedModels.remove(id);
    this.#context.cache.forget(({ modelId }) => modelId === id);
    this.#catalogue.remove(id);
  }

  async #chooseOpened({ id, title }: CatalogueEntry, askedLayer: string | null): Promise<Outcome> {
    const found = await this.#context.openedModels.find(id);
    if (found) {
      const { card, files } = found;
      return this.#loader.load(filesSource(id, files, card), card, askedLayer);
    }
    await this.forget(id);
    this.#context.store.getState().notify('error', `The browser no longer has the files of ${title}; please open them again.`);
    return 'failed';
  }
}
