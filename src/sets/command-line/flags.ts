/** Settings as they stand on the command line, there and back. */

import { AppError } from '../../core/app-error.ts';
import { APP_NAME } from '../../core/app-name.ts';
import { COMMANDS, type Command, type CommandName, isSetting } from './commands.ts';
import type { Setting } from './setting.ts';
import { type Asked, SETTINGS, type SettingName, USUAL } from './settings.ts';

/** What is usual for a command. */
export function usualFor(command: CommandName): Asked {
  const { usual = {} }: Command = COMMANDS[command];
  return { ...USUAL, ...usual };
}

function settingsOf(command: CommandName): readonly SettingName[] {
  const { options }: Command = COMMANDS[command];
  return options.filter(isSetting);
}

function settingOf(name: SettingName): Setting<unknown> {
  return SETTINGS[name] as Setting<unknown>;
}

/**
 * What was asked for, with what is usual in place of the rest.
 *
 * @param values of the options as text, by their names; those that are said by their name alone as true
 * @throws AppError `option-wrong` naming the first option whose value makes no sense
 */
export function askedOf(command: CommandName, values: Readonly<Record<string, unknown>>): Asked {
  const said = settingsOf(command).flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    const { parse, wanted } = settingOf(name);
    const found = parse(String(value));
    if (found === null) throw new AppError('option-wrong', `--${name} ${value} is ${wanted}.`);
    return [[name, found] as const];
  });
  return { ...usualFor(command), ...Object.fromEntries(said) };
}

/** Options that ask for these settings; those that are as usual are left out. */
export function flagsOf(command: CommandName, asked: Asked): string[] {
  const usual = usualFor(command);
  return settingsOf(command).flatMap((name) => {
    const { value: taken, format } = settingOf(name);
    const value = asked[name];
    if (value === null || value === undefined) return [];
    const text = format(value);
    const isUsual = usual[name] !== null && format(usual[name]) === text;
    if (isUsual) return [];
    if (taken === null) return [`--${name}`];
    // What begins with a dash would be taken for another option.
    return text.startsWith('-') ? [`--${name}=${text}`] : [`--${name}`, text];
  });
}

/** As a shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The whole command, as a person pastes it into a shell.
 *
 * @param given what stands after the command's name: images, or a model
 */
export function commandLine(
  command: CommandName,
  given: readonly string[],
  files: Readonly<Partial<Record<'model' | 'out' | 'labels', string>>>,
  asked: Asked,
): string {
  const named = Object.entries(files).flatMap(([name, value]) => [`--${name}`, value]);
  return [`npx ${APP_NAME} ${command}`, ...[...given, ...named, ...flagsOf(command, asked)].map(quoted)].join(' ');
}
