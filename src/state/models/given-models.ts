/** Opens models from the files that a person gave, which may come one after the other: what cannot be opened without others waits. */
import { complementOf, isModelRole } from '../../core/models/file-role.ts';
import { randomId } from '../random-id.ts';
import type { SliceContext } from '../slice.ts';
import type { Catalogue } from './catalogue.ts';
import { mainName, originOfFiles, type Part, slugOf, withoutNamesakes, withoutRevision } from './given-parts.ts';
import type { Unsaid } from './load-errors.ts';
import { filesSource, type ModelLoader, type Outcome } from './model-loader.ts';
import { usedAs } from './model-state.ts';
import { hubNameIn } from './opened-models.ts';

/** Files that are to be opened as one model. */
export interface GivenModel {
  readonly parts: readonly Part[];
  /** Where they come from, or what tells the same files from others. */
  readonly origin: string;
  /** What the model is called after. */
  readonly name: string;
}

export function modelOfParts(parts: readonly Part[]): GivenModel {
  return { parts, origin: originOfFiles(parts), name: mainName(parts) };
}

/** Keeps aside what gave way to something newer, so that it can be opened after all. */
export type KeepAside = (model: GivenModel) => void;

export class GivenModels {
  readonly #context: SliceContext;
  readonly #loader: ModelLoader;
  readonly #catalogue: Catalogue;
  readonly #keepAside: KeepAside;
  /** Parts of a model that cannot be opened without others. */
  #waiting: readonly Part[] = [];
  /** What is being opened, and may turn out to be such parts. */
  #inProgress: readonly Part[] = [];
  /** What was being opened when parts came that it goes with. */
  readonly #joined = new Set<Part>();
  /** Files that did not belong together: whoever gives the newer ones again means those alone. */
  readonly #misfits = new Set<string>();

  constructor(context: SliceContext, loader: ModelLoader, catalogue: Catalogue, keepAside: KeepAside) {
    this.#context = context;
    this.#loader = loader;
    this.#catalogue = catalogue;
    this.#keepAside = keepAside;
  }

  get isWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  endWaiting(): void {
    this.#waiting = [];
    this.#loader.endWaiting();
  }

  /** The files with those that came before and may belong to them. */
  withWaiting(given: readonly Part[]): readonly Part[] {
    const before = withoutNamesakes([...this.#waiting, ...this.#inProgress], given);
    const complement = complementOf(given, before);
    const together = [...complement, ...given];
    if (this.#misfits.has(originOfFiles(together))) return given;
    for (const part of complement) this.#joined.add(part);
    return together;
  }

  /**
   * @param alone what was given now, where the model has parts that came before: what is whole without them opens without them
   * @param isLast whether nothing was asked for since
   */
  async open(model: GivenModel, alone: GivenModel | null, isLast: () => boolean): Promise<void> {
    const before = model.parts.filter((part) => !alone?.parts.includes(part));
    const isMixed = alone?.parts.some(({ role }) => isModelRole(role)) && before.length > 0;
    const isForgotten = before.some((part) => this.#waiting.includes(part)) && !this.#isWaitSaid();
    const outcome = await this.#try(model, isLast, isMixed === true);
    if (outcome === 'shown' && isForgotten) this.#sayJoined(before);
    if (typeof outcome === 'string' || !alone) return;
    this.#waiting = [...this.#waiting.filter((part) => !before.includes(part)), ...before];
    const own = await this.#try(alone, isLast, true);
    if (typeof own !== 'string') this.#ended(model, outcome.say(isLast()));
  }

  /** @returns how it ended; of what went wrong nothing was said yet where that is wanted */
  async #try({ parts, origin, name }: GivenModel, isLast: () => boolean, isQuiet: boolean): Promise<Outcome | Unsaid> {
    const { openedModels } = this.#context;
    const files = parts.map(({ file }) => file);
    this.#inProgress = parts;
    await this.#catalogue.addOpened();
    const known = await openedModels.idOf(origin);
    const id = known ?? this.#catalogue.unusedId(slugOf(name));
    // What was said of the same files before still holds, unless other names come with them.
    const kept = known && !parts.some(({ role }) => role.use === 'names') ? await openedModels.cardOf(known) : null;
    const former = kept && withoutRevision(kept);
    const tried = isLast() ? await this.#loader.tryToLoad(filesSource(id, files, former), former) : 'overtaken';
    if (typeof tried !== 'string' && isQuiet) return tried;
    const outcome = typeof tried === 'string' ? tried : tried.say();
    this.#ended({ parts, origin, name }, outcome);
    if (outcome === 'overtaken' && !known && !parts.every((part) => this.#joined.has(part))) this.#keepAside({ parts, origin, name });
    if (outcome === 'shown') await this.#keep(id, files, origin, parts);
    return outcome;
  }

  #ended({ parts, origin }: GivenModel, outcome: Outcome): void {
    if (this.#inProgress === parts) this.#inProgress = [];
    if (outcome === 'failed') this.#misfits.add(origin);
    if (outcome === 'waiting') this.#waiting = [...this.#waiting.filter((part) => !parts.includes(part)), ...parts];
  }

  /** Keeps the model that is on screen now, and what is left of others is no longer waited with. */
  async #keep(id: string, files: readonly File[], origin: string, parts: readonly Part[]): Promise<void> {
    const { store, openedModels } = this.#context;
    const left = withoutNamesakes(this.#waiting, parts);
    this.endWaiting();
    this.#sayLeft(left);
    const { card } = store.getState().model;
    if (card?.id !== id) return;
    const others = this.#catalogue.entries.filter((entry) => entry.id !== id);
    const namesakes = others.filter(({ title }) => title === card.title || title.startsWith(`${card.title} (`)).length;
    const title = namesakes > 0 ? `${card.title} (${namesakes + 1})` : card.title;
    // Nobody has compared the files with those of the same name that may have been here before.
    const shown = { ...card, title, revision: randomId() };
    this.#loader.change((model) => usedAs(model, shown));
    const { description } = shown;
    const added = { id, title, description, isBuiltIn: false, hasSamples: false, keptBytes: null, hubName: hubNameIn(origin) };
    this.#catalogue.add(added);
    const keptBytes = await openedModels.add(shown, files, origin);
    if (keptBytes === null) {
      const what = `The browser has no room to keep ${shown.title}, so it must be opened again after a reload`;
      store.getState().notify('info', `${what}; remove other models to make room.`);
    }
    this.#catalogue.change(id, { keptBytes });
  }

  /** Whether it stands on the page what is waited for. */
  #isWaitSaid(): boolean {
    return this.#context.store.getState().notices.some(({ kind }) => kind === 'waiting');
  }

  #sayJoined(before: readonly Part[]): void {
    const [first, ...others] = before.map(({ file }) => file.name);
    if (first === undefined) return;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    this.#context.store.getState().notify('info', `The model was put together with ${first}${more}, given before.`);
  }

  #sayLeft(left: readonly Part[]): void {
    const [first, ...others] = left.map(({ file }) => file.name);
    if (first === undefined) return;
    const sentence =
      others.length === 0
        ? `The file ${first}, which waited for others, was set aside; please give it again together with those.`
        : `The files ${first} and ${others.length} more, which waited for others, were set aside; please give them again together with those.`;
    this.#context.store.getState().notify('info', sentence);
  }
}
