/**
 * The samples in the strip of images, after those that a person added. They belong to a built-in model, come with its finished explanations,
 * and give way to another model's samples when that is chosen; a strip from which all samples were removed stays without.
 */
import type { Sample } from '../../protocol/sample.ts';
import type { SliceContext } from '../slice.ts';
import type { Image } from './image-state.ts';
import { decodedImage, discardImage } from './images-slice.ts';

export class SampleStrip {
  readonly #context: SliceContext;
  /** Of the last call: an earlier one stops adding. */
  #modelId: string | null = null;

  constructor(context: SliceContext) {
    this.#context = context;
  }

  /** Whether there are samples, and of another model. */
  isOfOtherThan(modelId: string): boolean {
    return this.#context.store.getState().images.items.some(({ sample }) => sample && sample.modelId !== modelId);
  }

  /**
   * Resolves when one sample is on screen. The others follow; one that cannot be had is left out.
   *
   * @param chosen the one to be shown; left out: the first
   */
  async show(modelId: string, samples: readonly Sample[], chosen = samples[0]): Promise<void> {
    this.#modelId = modelId;
    if (!chosen) return;
    const image = await this.#load(modelId, chosen);
    if (this.#modelId !== modelId) return discardImage(this.#context, image);
    this.#replaceBy(image);
    void this.#addOthers(modelId, samples, chosen);
  }

  async #load(modelId: string, { fetchImage, ...sample }: Sample): Promise<Image> {
    const { dependencies, cache } = this.#context;
    const { name, layer, backend, logits, results, ...note } = sample;
    const image = await decodedImage(dependencies, await fetchImage(), name, { modelId, ...note });
    cache.addLogits(modelId, image.id, logits);
    for (const { work, result } of results) cache.add(work, result, { modelId, imageId: image.id, layer, backend });
    return image;
  }

  #replaceBy(image: Image): void {
    const { store } = this.#context;
    const { items, selectedId } = store.getState().images;
    const own = items.filter(({ sample }) => !sample);
    const isOwnSelected = own.some(({ id }) => id === selectedId);
    store.setState(({ images }) => ({
      images: { ...images, items: [...own, image], selectedId: isOwnSelected ? selectedId : image.id },
    }));
    for (const former of items) if (former.sample) discardImage(this.#context, former);
  }

  async #addOthers(modelId: string, samples: readonly Sample[], shown: Sample): Promise<void> {
    const { store } = this.#context;
    const ahead = new Set(samples.slice(0, samples.indexOf(shown)).map(({ name }) => name));
    for (const sample of samples) {
      const image = sample === shown ? null : await this.#load(modelId, sample).catch(() => null);
      if (!image) continue;
      if (this.#modelId !== modelId) return discardImage(this.#context, image);
      store.setState(({ images }) => {
        const { items } = images;
        // Those that stand ahead of the one on screen are put there, in their order.
        const place = ahead.has(sample.name) ? items.findIndex((item) => item.sample && !ahead.has(item.name)) : -1;
        return { images: { ...images, items: place < 0 ? [...items, image] : items.toSpliced(place, 0, image) } };
      });
    }
  }
}
