/** Runs the network on images that nobody has looked at yet, in the background, so that each thumbnail says what it is taken for. */
import { asAppError } from '../../core/app-error.ts';
import type { Engine } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import type { AppDependencies } from '../dependencies.ts';
import { budgetBytes, passMs } from '../explanation/device-costs.ts';
import { keepEvent, type ResultCache } from '../explanation/result-cache.ts';
import type { Jobs } from '../jobs.ts';
import type { AppStore, WatchedStore } from '../slice.ts';
import { backendInUse } from '../view/in-view.ts';
import { type ListedImage, pixelsOf } from './image-state.ts';

const OWNER = 'thumbnails';
/** A pass cannot be stopped half-way: where one takes longer, whoever chooses an image would wait for another one's. */
const LONGEST_PASS_MS = 2000;

export class BackgroundPasses {
  readonly #store: AppStore;
  readonly #dependencies: Pick<AppDependencies, 'decodeImage'>;
  readonly #cache: ResultCache;
  readonly #jobs: Jobs;
  /** Images that could not be run: they are not tried again. */
  readonly #failed = new Set<string>();

  constructor(store: AppStore, dependencies: Pick<AppDependencies, 'decodeImage'>, cache: ResultCache, jobs: Jobs) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#cache = cache;
    this.#jobs = jobs;
  }

  /** There may be images that have not been run, or what runs is about another network by now. */
  follow(store: WatchedStore): void {
    const network = ({ model }: AppState) => model.card && JSON.stringify([model.card.id, model.card.preprocessing]);
    store.subscribe(
      (state) => (this.#next() ? network(state) : null),
      (wanted) => {
        if (wanted === null) this.#jobs.cancel(OWNER);
        else void this.#jobs.submit(OWNER, { rank: 'background', run: (engine, signal) => this.#run(engine, signal) });
      },
    );
  }

  /** The first image without logits, if the network may run on it in passing. */
  #next(): ListedImage | null {
    const state = this.#store.getState();
    const { model, images } = state;
    const onePass = passMs(state);
    const { card } = model;
    if (!card || !model.info || model.status !== 'ready' || onePass === null || onePass > LONGEST_PASS_MS) return null;
    const isWanted = ({ id }: ListedImage) =>
      id !== images.selectedId && !this.#failed.has(id) && this.#cache.findLogits(card.id, id) === null;
    return images.items.find(isWanted) ?? null;
  }

  async #run(engine: Engine, signal: AbortSignal): Promise<void> {
    for (let image = this.#next(); image && !signal.aborted; image = this.#next()) {
      try {
        await this.#runOn(engine, image, signal);
      } catch (error) {
        if (signal.aborted || asAppError(error).code === 'device-lost') throw error;
        // Whoever looks at it is told.
        this.#failed.add(image.id);
      }
    }
  }

  async #runOn(engine: Engine, image: ListedImage, signal: AbortSignal): Promise<void> {
    const { id, file, name, isStretched } = image;
    const { bitmap } = image;
    const own = bitmap ? null : await this.#dependencies.decodeImage(file, name, isStretched);
    try {
      const state = this.#store.getState();
      const { card, info } = state.model;
      if (signal.aborted || !card || !info) return;
      const pixels = own ? pixelsOf(own) : bitmap && pixelsOf({ ...image, bitmap });
      if (!pixels) return;
      const layer = state.view.layer ?? info.defaultLayer;
      const context = { modelId: card.id, imageId: id, layer, backend: backendInUse(state) };
      const request = {
        image: { id, pixels },
        preprocessing: card.preprocessing,
        layer,
        work: null,
        budgetBytes: budgetBytes(state),
      };
      await engine.explain(request, (event) => signal.aborted || keepEvent(this.#cache, context, null, event), signal);
    } finally {
      own?.bitmap.close();
    }
  }
}
