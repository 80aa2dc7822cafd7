/** The tensors of one network, by torch's names, and which of them the network has taken. */
import type { NamedTensor } from '../network/named-tensor.ts';
import { GIVE_IT, GIVE_WHOLE, Misfit } from './misfit.ts';
import type { PlacedTensor } from './placed-tensors.ts';

/** What a tensor's side may be: a number, or any. */
export type Side = number | null;

/** What a network is called whose modules say what it computes. */
export const WHOLE_MODULE = 'a whole network of known modules';

function withoutNumbers(path: string): string {
  return path.replace(/\d+/g, '#');
}

export class StateDict {
  readonly fileName: string;
  /** Such as “a ResNet”. */
  readonly #family: string;
  /** What stands before the network's names. */
  readonly #root: string;
  readonly #placed: readonly PlacedTensor[];
  readonly #own: ReadonlyMap<string, PlacedTensor>;
  readonly #taken = new Set<NamedTensor>();
  /** Where convolutions have a bias, without the numbers in their paths. */
  readonly #biased: ReadonlySet<string>;
  /** What each module holds. Gathered once: a file may have a hundred thousand names. */
  readonly #children = new Map<string, Set<string>>();

  constructor(fileName: string, family: string, root: string, placed: readonly PlacedTensor[]) {
    this.fileName = fileName;
    this.#family = family;
    this.#root = root;
    this.#placed = placed;
    this.#own = new Map(placed.filter(({ isBesideStem }) => isBesideStem).map((one) => [one.name, one]));
    const convolutions = [...this.#own.values()].filter(({ name, tensor }) => name.endsWith('.weight') && tensor.shape.length === 4);
    const modules = convolutions.map(({ name }) => name.slice(0, -'.weight'.length));
    this.#biased = new Set(modules.filter((module) => this.has(`${module}.bias`)).map(withoutNumbers));
    for (const name of this.#own.keys()) this.#place(name);
  }

  #place(name: string): void {
    for (let from = 0, to = name.indexOf('.'); to >= 0; from = to + 1, to = name.indexOf('.', from)) {
      const module = name.slice(0, Math.max(0, from - 1));
      const children = this.#children.get(module) ?? new Set<string>();
      this.#children.set(module, children.add(name.slice(from, to)));
    }
  }

  /** Of the network's own tensors. */
  get names(): readonly string[] {
    return [...this.#own.keys()];
  }

  has(name: string): boolean {
    return this.#own.has(name);
  }

  /** Whether a convolution at the same place of another block has a bias: then all of them have, in every family. */
  hasBiasElsewhere(module: string): boolean {
    return this.#biased.has(withoutNumbers(module));
  }

  /** Null where there is no such tensor. */
  shapeOf(name: string): readonly number[] | null {
    return this.#own.get(name)?.tensor.shape ?? null;
  }

  /** The numbers, or names, of the modules that a module holds, in the file's order. */
  childrenOf(module: string): string[] {
    return [...(this.#children.get(module) ?? [])];
  }

  /** How many modules are numbered from `first` on, without a gap: `layer1.0`, `layer1.1` and so on. */
  countOf(module: string, first = 0): number {
    const children = this.#children.get(module);
    let count = 0;
    while (children?.has(String(first + count))) count++;
    return count;
  }

  /**
   * The tensor, which the network has a place for.
   *
   * @throws Misfit where it is missing, or has another shape
   */
  take(name: string, expected: readonly Side[]): NamedTensor {
    const found = this.#own.get(name)?.tensor;
    const isFitting =
      found?.shape.length === expected.length &&
      expected.every((side, i) => (side === null ? Number(found.shape[i]) > 0 : side === found.shape[i]));
    if (found && isFitting) {
      this.#taken.add(found);
      return found;
    }
    const wanted = expected.map((side) => side ?? 'any').join(', ');
    const fault = found ? `has the shape [${found.shape.join(', ')}] and not [${wanted}]` : 'is missing';
    throw this.misfit(`the tensor ${found?.source ?? `${this.#root}${name}`} ${fault}`);
  }

  /** Marks a tensor that was found elsewhere than under its name. */
  use(tensor: NamedTensor): NamedTensor {
    this.#taken.add(tensor);
    return tensor;
  }

  /** What the network has not taken so far, of what stands further out too. */
  left(): PlacedTensor[] {
    return this.#placed.filter(({ tensor }) => !this.#taken.has(tensor));
  }

  /** @param what does not fit, as it stands after “but” */
  misfit(what: string): Misfit {
    if (this.#family === WHOLE_MODULE) return new Misfit(`The file ${this.fileName} holds a whole network, but ${what}; ${GIVE_IT}.`);
    return new Misfit(`The names of the weights in ${this.fileName} come nearest to those of ${this.#family}, but ${what}; ${GIVE_WHOLE}.`);
  }

  /** @param what stands after “has, beside a ResNet’s,” */
  stranger(what: string): Misfit {
    return new Misfit(
      `The file ${this.fileName} has, beside ${this.#family}’s, ${what}; please save its weights without that, or ${GIVE_WHOLE.slice('please '.length)}.`,
    );
  }
}
