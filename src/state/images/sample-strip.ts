/**
 * The samples in the strip of pictures, after those that a person added. They belong to a built-in model, come with its finished explanations,
 * and give way to another model's samples when that is chosen; a strip from which all samples were removed stays without.
 */
import type { Sample } from '../../protocol/sample.ts';
import type { SliceContext } from '../slice.ts';
import type { Picture } from './picture-state.ts';
import { decodedPicture, discardPicture } from './pictures-slice.ts';

export class SampleStrip {
  readonly #context: SliceContext;
  /** Of the last call: an earlier one stops adding. */
  #modelId: string | null = null;

  constructor(context: SliceContext) {
    this.#context = context;
  }

  /** Whether there are samples, and of another model. */
  isOfOtherThan(modelId: string): boolean {
    return this.#context.store.getState().pictures.items.some(({ sample }) => sample && sample.modelId !== modelId);
  }

  /** Resolves when the first sample is on screen. The others follow; one that cannot be had is left out. */
  async show(modelId: string, samples: readonly Sample[]): Promise<void> {
    this.#modelId = modelId;
    const [first, ...others] = samples;
    if (!first) return;
    const picture = await this.#load(modelId, first);
    if (this.#modelId !== modelId) return discardPicture(this.#context, picture);
    this.#replaceBy(picture);
    void this.#addOthers(modelId, others);
  }

  async #load(modelId: string, { fetchPicture, ...sample }: Sample): Promise<Picture> {
    const { dependencies, cache } = this.#context;
    const { name, layer, backend, logits, results, ...note } = sample;
    const picture = await decodedPicture(dependencies, await fetchPicture(), name, { modelId, ...note });
    cache.addLogits(modelId, picture.id, logits);
    for (const { work, result } of results) cache.add(work, result, { modelId, pictureId: picture.id, layer, backend });
    return picture;
  }

  #replaceBy(picture: Picture): void {
    const { store } = this.#context;
    const { items, selectedId } = store.getState().pictures;
    const own = items.filter(({ sample }) => !sample);
    const isOwnSelected = own.some(({ id }) => id === selectedId);
    store.setState(({ pictures }) => ({
      pictures: { ...pictures, items: [...own, picture], selectedId: isOwnSelected ? selectedId : picture.id },
    }));
    for (const former of items) if (former.sample) discardPicture(this.#context, former);
  }

  async #addOthers(modelId: string, others: readonly Sample[]): Promise<void> {
    const { store } = this.#context;
    for (const sample of others) {
      const picture = await this.#load(modelId, sample).catch(() => null);
      if (!picture) continue;
      if (this.#modelId !== modelId) return discardPicture(this.#context, picture);
      store.setState(({ pictures }) => ({ pictures: { ...pictures, items: [...pictures.items, picture] } }));
    }
  }
}
