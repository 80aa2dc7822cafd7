/** What a setting of a run is, as the command line takes it. */
import { oneOf } from '../setting-values.ts';

export interface Setting<Value> {
  /** What stands for its value in the help; null for one that is said by its name alone. */
  readonly value: string | null;
  /** What it does, in half a sentence. */
  readonly help: string;
  /** What it is where it is left out; null where that depends on the model. */
  readonly usual: Value;
  /** What it may be, as a sentence ends that begins `--window 0 is`. */
  readonly wanted: string;
  /** Null for what makes no sense. */
  parse(text: string): Value | null;
  format(value: NonNullable<Value>): string;
}

type Described = Pick<Setting<unknown>, 'help'> & { readonly value?: string };

export function text({ value = 'NAME', help }: Described): Setting<string | null> {
  return { value, help, usual: null, wanted: 'empty', parse: (given) => given || null, format: (given) => given };
}

export function flag(help: string): Setting<boolean> {
  return { value: null, help, usual: false, wanted: 'none', parse: (given) => given === 'true', format: String };
}

export function choice<Value extends string>(help: string, known: readonly Value[], usual: Value): Setting<Value>;
export function choice<Value extends string>(help: string, known: readonly Value[], usual: null): Setting<Value | null>;
export function choice<Value extends string>(help: string, known: readonly Value[], usual: Value | null): Setting<Value | null> {
  return {
    value: known.join('|'),
    help,
    usual,
    wanted: `none of ${known.join(', ')}`,
    parse: (given) => oneOf(known, given),
    format: (given) => given,
  };
}

/** Several of a list, separated by commas; in the list's order, each once. */
export function several<Value extends string>(help: string, known: readonly Value[], usual: readonly Value[]): Setting<readonly Value[]> {
  return {
    value: 'A,B',
    help,
    usual,
    wanted: `no list of some of ${known.join(', ')}`,
    parse(given) {
      const names = given.split(',').filter((name) => name !== '');
      const found = known.filter((name) => names.includes(name));
      return found.length === names.length ? found : null;
    },
    format: (given) => given.join(),
  };
}

/** What a function of our own reads. */
export function parsed<Value>(
  described: Described & Pick<Setting<Value>, 'usual' | 'wanted' | 'parse'> & { format?: Setting<Value>['format'] },
): Setting<Value> {
  return { value: 'N', format: String, ...described };
}
