/**
 * The samples in the strip of images, after those that a person added. They belong to a built-in model, come with its finished explanations,
 * and give way to another model's samples when that is chosen; those that were removed stay away until they are called back.
 */
import type { Sample } from '../../protocol/sample.ts';
import type { SliceContext } from '../slice.ts';
import type { Image, ListedImage } from './image-state.ts';
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
   * Resolves when one sample is on screen. The others follow; one that cannot be had is left out, and so are those that were removed.
   *
   * @param asked the one that a link names, even if it was removed
   * @param best the one to begin with where none is asked for
   */
  async show(modelId: string, samples: readonly Sample[], asked: Sample | null = null, best = samples[0]): Promise<void> {
    this.#modelId = modelId;
    const { removedSamples } = this.#context.store.getState().images;
    const removed = (removedSamples[modelId] ?? []).filter((name) => name !== asked?.name);
    const wanted = samples.filter(({ name }) => !removed.includes(name));
    const shown = asked ?? (best && wanted.includes(best) ? best : wanted[0]);
    if (!shown) return;
    const image = await this.#load(modelId, shown);
    if (this.#modelId !== modelId) return discardImage(this.#context, image);
    this.#replaceBy(image, removed);
    const others = wanted.filter((sample) => sample !== shown);
    void this.#add(modelId, samples, others);
  }

  /** Those that were removed, in their former places. */
  async bringBack(): Promise<void> {
    const { store, dependencies } = this.#context;
    const { images, model, notify } = store.getState();
    const withSamples = model.catalogue.filter(({ hasSamples }) => hasSamples);
    const shown = images.items.find(({ sample }) => sample)?.sample?.modelId ?? model.card?.id;
    const source = withSamples.find(({ id }) => id === shown) ?? withSamples[0];
    if (!source) return;
    try {
      const samples = await dependencies.fetchSamples(source.id);
      this.#modelId = source.id;
      store.setState(({ images: now }) => ({ images: { ...now, removedSamples: { ...now.removedSamples, [source.id]: [] } } }));
      await this.#add(source.id, samples, samples);
      const { items, selectedId, awaitedId } = store.getState().images;
      const [first] = items;
      if (first && selectedId === null && awaitedId === null) store.getState().selectImage(first.id);
    } catch {
      notify('error', 'The samples could not be downloaded; please check the network connection and try again.');
    }
  }

  async #load(modelId: string, { fetchImage, ...sample }: Sample): Promise<Image> {
    const { dependencies, cache } = this.#context;
    const { name, layer, backend, logits, results, ...note } = sample;
    const origin = { id: `sample-${modelId}/${name}`, name, folder: '', sample: { modelId, ...note } };
    const image = await decodedImage(dependencies, await fetchImage(), origin);
    cache.addLogits(modelId, image.id, logits);
    for (const { work, result } of results) cache.add(work, result, { modelId, imageId: image.id, layer, backend });
    return image;
  }

  #replaceBy(image: Image, removed: readonly string[]): void {
    const { store, pixels } = this.#context;
    const { modelId } = image.sample ?? { modelId: '' };
    const { items, selectedId, awaitedId } = store.getState().images;
    const own = items.filter(({ sample }) => !sample);
    const isOwnSelected = own.some(({ id }) => id === (awaitedId ?? selectedId));
    store.setState(({ images }) => ({
      images: {
        ...images,
        items: [...own, image],
        removedSamples: { ...images.removedSamples, [modelId]: removed },
        ...(!isOwnSelected && { selectedId: image.id, awaitedId: null }),
      },
    }));
    pixels.use(image.id);
    for (const former of items) if (former.sample && former.id !== image.id) discardImage(this.#context, former);
  }

  async #add(modelId: string, all: readonly Sample[], wanted: readonly Sample[]): Promise<void> {
    const { store, pixels } = this.#context;
    const places = new Map(all.map(({ name }, place) => [name, place]));
    const placeOf = ({ name, sample }: ListedImage) => (sample ? (places.get(name) ?? all.length) : -1);
    const isThere = (name: string) => store.getState().images.items.some((item) => item.sample && item.name === name);
    for (const sample of wanted) {
      if (isThere(sample.name)) continue;
      const image = await this.#load(modelId, sample).catch(() => null);
      if (!image) continue;
      if (this.#modelId !== modelId) return discardImage(this.#context, image);
      const { items, removedSamples } = store.getState().images;
      // They may have been removed, or be there, by now.
      const isUnwanted = isThere(sample.name) || removedSamples[modelId]?.includes(sample.name);
      if (isUnwanted) {
        image.bitmap.close();
        continue;
      }
      const later = items.findIndex((item) => placeOf(item) > placeOf(image));
      const changed = later < 0 ? [...items, image] : items.toSpliced(later, 0, image);
      store.setState(({ images }) => ({ images: { ...images, items: changed } }));
      pixels.use(image.id);
    }
  }
}
