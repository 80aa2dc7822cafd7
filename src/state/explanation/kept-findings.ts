/** What was found out about the person's own images outlives the visit with them: logits and finished results, but only for what found them out. */
import { shallow } from 'zustand/shallow';
import { isComplete } from '../../explain/item-sweep.ts';
import { isSweepResult, isSweepWork, type Work } from '../../explain/work.ts';
import type { Finder, KeptFinding } from '../../protocol/kept-image.ts';
import type { AppState } from '../app-state.ts';
import type { AppDependencies } from '../dependencies.ts';
import { fitsNetwork } from '../session/restored-findings.ts';
import type { AppStore, WatchedStore } from '../slice.ts';
import type { ResultCache, StoredResult } from './result-cache.ts';

/** Results come in quick succession. */
const WAIT_MS = 500;

/**
 * Everything that results may depend on, but for what their own keys say; null where a later visit could not tell whether it is the same. What is
 * known to change no logits is left out, so that whatever else a card comes to say counts.
 */
function networkOf({ model: { card } }: AppState): string | null {
  if (!card?.revision) return null;
  const { title: _title, description: _description, toCheck: _toCheck, ...rest } = card;
  // Results hold the raw outputs, whatever they are called and taken for.
  const { classNames: _classNames, givenNames: _givenNames, nameSource: _source, reading: _reading, ...network } = rest;
  // A card says the same with nothing as with null, and in any order.
  return JSON.stringify(
    Object.entries(network)
      .filter(([, value]) => value !== null && value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function whole(work: Work): Work {
  return isSweepWork(work) ? { ...work, items: null } : work;
}

function isFinished({ result }: StoredResult): boolean {
  return !isSweepResult(result) || isComplete(result.sweep);
}

export class KeptFindings {
  readonly #store: AppStore;
  readonly #cache: ResultCache;
  readonly #dependencies: Pick<AppDependencies, 'keptImages' | 'engineVersion'>;
  /** What is kept already, by image: an image that is removed and comes back is kept anew. */
  readonly #kept = new Map<string, WeakSet<object>>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(store: AppStore, cache: ResultCache, dependencies: Pick<AppDependencies, 'keptImages' | 'engineVersion'>) {
    this.#store = store;
    this.#cache = cache;
    this.#dependencies = dependencies;
  }

  /** @param onRestored something is known now that was not */
  follow(store: WatchedStore, onRestored: () => void): void {
    // A network that was loaded anew has nothing in the page's memory, though its name is the same.
    store.subscribe(
      (state) => [networkOf(state), state.model.info] as const,
      ([network]) => network !== null && void this.#restore(network).then(onRestored),
      { equalityFn: shallow },
    );
    store.subscribe(
      ({ explanation, images, view }) => [explanation.results, images.items, view.keepsImages] as const,
      () => {
        const ids = this.#keptIds(store.getState());
        for (const id of this.#kept.keys()) if (!ids.includes(id)) this.#kept.delete(id);
        this.#timer ??= setTimeout(() => {
          this.#timer = null;
          void this.#keep();
        }, WAIT_MS);
      },
      { equalityFn: shallow },
    );
  }

  #keptIds({ images, view }: AppState): readonly string[] {
    return view.keepsImages ? images.items.flatMap(({ id, sample }) => (sample ? [] : [id])) : [];
  }

  async #restore(network: string): Promise<void> {
    const findings = await this.#dependencies.keptImages.findingsOf(this.#finder(network)).catch(() => []);
    const state = this.#store.getState();
    const { card, info } = state.model;
    // Another network may be on screen by now, or the same one be given images otherwise.
    if (!card || networkOf(state) !== network) return;
    const ids = new Set(this.#keptIds(state));
    const modelId = card.id;
    const results: StoredResult[] = [];
    const logits: { modelId: string; imageId: string; logits: Float32Array }[] = [];
    for (const finding of findings) {
      const { imageId } = finding;
      if (!ids.has(imageId) || (info && !fitsNetwork(finding, info))) continue;
      if (finding.kind === 'result') {
        const { work, result, layer, backend } = finding;
        results.push({ work, result, context: { modelId, imageId, layer, backend } });
        this.#markKept(imageId, result);
      } else {
        logits.push({ modelId, imageId, logits: finding.logits });
        this.#markKept(imageId, finding.logits);
      }
    }
    if (results.length + logits.length > 0) this.#cache.restore(results, logits);
  }

  async #keep(): Promise<void> {
    const state = this.#store.getState();
    const { card } = state.model;
    const network = networkOf(state);
    const ids = new Set(this.#keptIds(state));
    if (!card || network === null || ids.size === 0) return;
    const findings: KeptFinding[] = [];
    for (const stored of this.#cache.all()) {
      const { modelId, imageId, layer, backend } = stored.context;
      if (modelId !== card.id || !ids.has(imageId) || !isFinished(stored) || !this.#markKept(imageId, stored.result)) continue;
      findings.push({ kind: 'result', imageId, layer, backend, work: whole(stored.work), result: stored.result });
    }
    for (const imageId of ids) {
      const logits = this.#cache.findLogits(card.id, imageId);
      if (logits && this.#markKept(imageId, logits)) findings.push({ kind: 'logits', imageId, logits });
    }
    // Where there is no room, it is found out again.
    if (findings.length > 0) await this.#dependencies.keptImages.keepFindings(this.#finder(network), findings).catch(() => {});
  }

  #finder(network: string): Finder {
    return { version: this.#dependencies.engineVersion, network };
  }

  /** @returns whether it was not kept before */
  #markKept(imageId: string, what: object): boolean {
    const kept = this.#kept.get(imageId) ?? new WeakSet();
    this.#kept.set(imageId, kept);
    if (kept.has(what)) return false;
    kept.add(what);
    return true;
  }
}
