/** The arguments of the command line, read by the table of commands: Node's own parser, and one sentence for what it does not know. */
import { parseArgs } from 'node:util';
import { AppError } from '../core/app-error.ts';
import { COMMANDS, type Command, type CommandName, described, type OptionName } from '../sets/command-line/commands.ts';

export interface Arguments {
  readonly positionals: readonly string[];
  /** Of the options that were said, by their names; those that are said by their name alone as true. */
  readonly values: Readonly<Partial<Record<string, string | boolean>>>;
}

/** Node's own words, as one sentence. */
function inOneSentence(error: unknown): string {
  const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/[.\n]/);
  return `${sentence.trim()}.`;
}

/** @throws AppError `option-wrong` for an option that the command does not take, or without its value */
export function parseArguments(command: CommandName, argv: readonly string[]): Arguments {
  const names: readonly OptionName[] = (COMMANDS[command] as Command).options;
  const options = Object.fromEntries(
    names.map((name) => [name, { type: described(name).value === null ? ('boolean' as const) : ('string' as const) }]),
  );
  try {
    const { positionals, values } = parseArgs({ args: [...argv], allowPositionals: true, options });
    return { positionals, values: values as Arguments['values'] };
  } catch (cause) {
    throw new AppError('option-wrong', inOneSentence(cause), { cause });
  }
}

/** @throws AppError `option-wrong` where it is missing */
export function required({ values }: Arguments, name: OptionName): string {
  const value = values[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AppError('option-wrong', `Please say --${name} ${described(name).value}: ${described(name).help}.`);
}

/** @throws AppError `option-wrong` */
export function wholeNumber({ values }: Arguments, name: OptionName, least: number, most: number): number | null {
  const value = values[name];
  if (value === undefined) return null;
  const number = /^\d{1,9}$/.test(String(value)) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new AppError('option-wrong', `--${name} ${value} is no whole number from ${least} to ${most}.`);
}

export function textOf({ values }: Arguments, name: OptionName): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}

export function isSaid({ values }: Arguments, name: OptionName): boolean {
  return values[name] === true;
}
