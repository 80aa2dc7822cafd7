/** The models that a person gave: kept by the browser where it has room, else for as long as the page is open. */
import { type HubName, parseHubName } from '../../core/models/hub-name.ts';
import type { KeptModel, ModelCard } from '../../core/models/model-card.ts';
import type { KeptModels } from '../dependencies.ts';
import type { CatalogueEntry } from './model-state.ts';

interface OpenedModel {
  readonly card: ModelCard;
  readonly files: readonly File[];
  /** Where they came from. */
  readonly origin: string;
}

/** The name that a model has on the hub; null for one that came from elsewhere. */
export function hubNameIn(origin: string): string | null {
  return parseHubName(origin) ? origin : null;
}

export class OpenedModels {
  readonly #storage: KeptModels;
  /** What the browser would not keep. */
  readonly #unkept = new Map<string, KeptModel & OpenedModel>();

  constructor(storage: KeptModels) {
    this.#storage = storage;
  }

  /** What the list of models shows of those in the browser's storage, and what is to be said of the others: one sentence, or nothing. */
  async entries(): Promise<{ readonly entries: readonly CatalogueEntry[]; readonly remark: string }> {
    const { models, remark } = await this.#stored();
    const entries = models.map(({ card, bytes, origin }) => ({
      id: card.id,
      title: card.title,
      description: card.description,
      isBuiltIn: false,
      hasSamples: false,
      keptBytes: bytes,
      hubName: hubNameIn(origin),
    }));
    return { entries, remark };
  }

  /** The model that came from the same place; null where there is none. */
  async idOf(origin: string): Promise<string | null> {
    const all = [...(await this.#kept()), ...this.#unkept.values()];
    return all.find((model) => model.origin === origin)?.card.id ?? null;
  }

  /** The model of the hub, which came last where there are several revisions and none is named; null where there is none. */
  async idFromHub({ repository, revision }: HubName): Promise<string | null> {
    const all = [...(await this.#kept()), ...this.#unkept.values()];
    const found = all.findLast(({ origin }) => {
      const own = parseHubName(origin);
      return own?.repository === repository && (revision === null || own.revision === revision);
    });
    return found?.card.id ?? null;
  }

  async find(id: string): Promise<OpenedModel | null> {
    const unkept = this.#unkept.get(id);
    if (unkept) return unkept;
    const kept = (await this.#kept()).find(({ card }) => card.id === id);
    const files = kept && (await this.#storage.filesOf(id).catch(() => null));
    return files ? { card: kept.card, files, origin: kept.origin } : null;
  }

  async cardOf(id: string): Promise<ModelCard | null> {
    const kept = (await this.#kept()).find(({ card }) => card.id === id);
    return kept?.card ?? this.#unkept.get(id)?.card ?? null;
  }

  /** @returns the bytes kept; null where the browser has no room, or keeps nothing at all */
  async add(card: ModelCard, files: readonly File[], origin: string): Promise<number | null> {
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const model: KeptModel = { card, bytes, origin };
    try {
      await this.#storage.keep(model, files);
      this.#unkept.delete(card.id);
      return bytes;
    } catch {
      this.#unkept.set(card.id, { ...model, files });
      return null;
    }
  }

  /** Keeps a change of how a model is used. */
  async change(card: ModelCard): Promise<void> {
    const unkept = this.#unkept.get(card.id);
    if (unkept) this.#unkept.set(card.id, { ...unkept, card });
    const kept = (await this.#kept()).find((model) => model.card.id === card.id);
    // What cannot be written down holds for as long as the page is open.
    if (kept) await this.#storage.change({ ...kept, card }).catch(() => {});
  }

  async remove(id: string): Promise<void> {
    this.#unkept.delete(id);
    await this.#storage.remove(id).catch(() => {});
  }

  /** Private windows may refuse it. */
  #stored(): ReturnType<KeptModels['list']> {
    return this.#storage.list().catch(() => ({ models: [], remark: '' }));
  }

  async #kept(): Promise<readonly KeptModel[]> {
    return (await this.#stored()).models;
  }
}
