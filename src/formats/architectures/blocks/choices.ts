/** What the names and shapes of weights leave open, where there are several readings: the first stands until a person says otherwise. */
import type { ChosenOptions, ModelChoice } from '../../../core/models/model-card.ts';

export class Choices {
  readonly #wanted: ChosenOptions;
  readonly #made = new Map<string, ModelChoice>();

  /** @param wanted what a person said, by the choices' ids */
  constructor(wanted: ChosenOptions = {}) {
    this.#wanted = wanted;
  }

  /** May be asked for the same thing again. @param options what it may be, by id, with what that is called; the first is assumed */
  of<Id extends string>(id: string, title: string, options: readonly (readonly [id: Id, label: string])[]): Id {
    const wanted = Object.hasOwn(this.#wanted, id) ? this.#wanted[id] : undefined;
    const [chosen] = options.find(([option]) => option === wanted) ?? options[0] ?? [];
    if (chosen === undefined) throw new Error(`${id} leaves nothing to choose`);
    const named = options.map(([option, label]) => ({ id: option, label }));
    if (options.length > 1) this.#made.set(id, { id, title, options: named, chosen });
    return chosen;
  }

  get made(): readonly ModelChoice[] {
    return [...this.#made.values()];
  }
}
