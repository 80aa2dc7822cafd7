/** What the names and shapes of weights leave open, where there are several readings: the first stands until a person says otherwise. */
import type { ChosenOptions, ModelChoice } from '../../../core/models/model-card.ts';

export class Choices {
  readonly #wanted: ChosenOptions;
  readonly #told: ChosenOptions;
  readonly #made = new Map<string, ModelChoice>();

  /**
   * @param wanted what a person said, by the choices' ids
   * @param told what the file says itself, so that nothing is left to choose
   */
  constructor(wanted: ChosenOptions = {}, told: ChosenOptions = {}) {
    this.#wanted = wanted;
    this.#told = told;
  }

  isTold(id: string): boolean {
    return Object.hasOwn(this.#told, id);
  }

  /** May be asked for the same thing again. @param options what it may be, by id, with what that is called; the first is assumed */
  of<Id extends string>(id: string, title: string, options: readonly (readonly [id: Id, label: string])[]): Id {
    const [told] = options.find(([option]) => this.isTold(id) && option === this.#told[id]) ?? [];
    if (told !== undefined) return told;
    const wanted = Object.hasOwn(this.#wanted, id) ? this.#wanted[id] : undefined;
    const [chosen] = options.find(([option]) => option === wanted) ?? options[0] ?? [];
    if (chosen === undefined) throw new Error(`${id} leaves nothing to choose`);
    const named = options.map(([option, label]) => ({ id: option, label }));
    if (options.length > 1) this.#made.set(id, { id, title, options: named, chosen });
    return chosen;
  }

  /** Null where there was nothing to choose. */
  chosen(id: string): string | null {
    return this.#told[id] ?? this.#made.get(id)?.chosen ?? null;
  }

  get made(): readonly ModelChoice[] {
    return [...this.#made.values()];
  }
}
