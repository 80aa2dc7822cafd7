/** The arguments of the command line, cut up by Node's own parser, and read by the table of commands. */

import { parseArgs } from 'node:util';
import { AppError } from '../core/app-error.ts';
import { APP_NAME } from '../core/app-name.ts';
import { COMMANDS, type Command, type CommandName, described, type OptionName } from '../sets/command-line/commands.ts';
import { nearest } from '../sets/command-line/nearest.ts';

export interface Arguments {
  readonly positionals: readonly string[];
  /** Of the options that were said, by their names; those that are said by their name alone as true. */
  readonly values: Readonly<Partial<Record<string, string | boolean>>>;
}

function wrong(sentence: string): AppError {
  return new AppError('option-wrong', sentence);
}

function unknown(command: CommandName, said: string, names: readonly string[]): AppError {
  const [name = ''] = said.replace(/^--?/, '').split('=');
  const others = Object.entries<Command>(COMMANDS).filter(([, { options }]) => options.some((option) => option === name));
  if (others.length > 0)
    return wrong(`${said} is no option of ${command}, but of ${others.map(([own]) => own).join(', ')}; please leave it out.`);
  const meant = nearest(name, names);
  const help = `see “${APP_NAME} ${command} --help”`;
  return wrong(`There is no option ${said} of ${command}; please ${meant === null ? help : `say --${meant}, or ${help}`}.`);
}

/** What stands after an option and is none of its own: another option. A negative number is a value. */
function isOption(text: string): boolean {
  return /^-[^\d.]/.test(text);
}

/** @throws AppError `option-wrong` for an option that the command does not take, is said twice, or lacks its value */
export function parseArguments(command: CommandName, argv: readonly string[]): Arguments {
  const names: readonly OptionName[] = (COMMANDS[command] as Command).options;
  const takesValue = (name: OptionName) => described(name).value !== null;
  const options = Object.fromEntries(names.map((name) => [name, { type: takesValue(name) ? ('string' as const) : ('boolean' as const) }]));
  const { tokens } = parseArgs({ args: [...argv], strict: false, allowPositionals: true, tokens: true, options });
  const values: Record<string, string | boolean> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { rawName, value, inlineValue } = token;
    const name = names.find((known) => rawName === `--${known}`);
    if (name === undefined) throw unknown(command, rawName, names);
    if (name in values) throw wrong(`${rawName} is said twice; please say it once.`);
    if (!takesValue(name) && value !== undefined) throw wrong(`${rawName} takes no value; please leave “=${value}” out.`);
    if (takesValue(name) && (value === undefined || value === '' || (!inlineValue && isOption(value)))) {
      const place = value ? `, and not ${value}: where that is meant, please say ${rawName}=${value}` : '';
      throw wrong(`${rawName} needs a value after it, ${described(name).value}${place || `: ${described(name).help}`}.`);
    }
    values[name] = value ?? true;
  }
  return { positionals, values };
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
