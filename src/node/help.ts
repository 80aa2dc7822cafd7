/** What `--help` says, made from the tables of commands, settings and formats. */
import { APP_NAME } from '../core/app-name.ts';
import { FORMATS } from '../formats/list.ts';
import { COMMANDS, type Command, type CommandName, described, isSetting, type OptionName } from '../sets/command-line/commands.ts';
import { usualFor } from '../sets/command-line/flags.ts';
import type { Setting } from '../sets/command-line/setting.ts';
import { SETTINGS } from '../sets/command-line/settings.ts';
import { EXIT_CODES } from './exit-code.ts';

const WIDTH = 100;
const INDENT = 26;

/** Words in lines of a width, those after the first one indented. */
function wrapped(text: string, indent: number, width = WIDTH): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width - indent) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

/** What is so where nothing is said, unless the help says it itself. */
function usualWords(command: CommandName, name: OptionName): string {
  if (!isSetting(name)) return '';
  const usual = usualFor(command)[name];
  const { help, format, value } = SETTINGS[name] as Setting<unknown>;
  if (value === null || usual === null || help.includes('(default') || format(usual as object) === '') return '';
  return ` (default: ${format(usual as object)})`;
}

function optionHelp(command: CommandName, name: OptionName): string {
  const { value, help } = described(name);
  // A choice says in its help what it may be: it would not fit beside its name.
  const isLong = value !== null && value.length > 12;
  const head = `  --${name}${value === null ? '' : ` ${isLong ? 'HOW' : value}`}`;
  const choices = isLong ? `: ${value.replaceAll('|', ', ')}` : '';
  const text = wrapped(`${help}${choices}${usualWords(command, name)}`, INDENT);
  return head.length < INDENT ? `${head.padEnd(INDENT)}${text}` : `${head}\n${' '.repeat(INDENT)}${text}`;
}

function modelsHelp(): string {
  const files = FORMATS.flatMap(({ hint, title = [] }) => hint ?? title);
  return [
    'A model is one of',
    ...files.map((file) => `  ${wrapped(file, 4)}`),
    '  hf:OWNER/NAME, perhaps with @REVISION, of the Hugging Face hub',
  ].join('\n');
}

function exitHelp(): string {
  return ['Exit codes', ...Object.values(EXIT_CODES).map(({ code, when }) => `  ${String(code).padEnd(4)}${wrapped(when, 6)}`)].join('\n');
}

export function helpOf(command: CommandName): string {
  const { takes, summary, more, example, options }: Command = COMMANDS[command];
  const takesModel = options.includes('model') || /MODEL|FILE/.test(takes);
  const parts = [
    `Usage: ${APP_NAME} ${command} ${takes} [options]`,
    wrapped(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`, 0),
    ...more.map((paragraph) => wrapped(paragraph, 0)),
    `Example\n  npx ${APP_NAME} ${example}`,
    `Options\n${options.map((name) => optionHelp(command, name)).join('\n')}`,
    ...(takesModel ? [modelsHelp()] : []),
    exitHelp(),
  ];
  return parts.join('\n\n');
}

export function generalHelp(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  const rows = names.map((name) => `  ${name.padEnd(10)}${wrapped(COMMANDS[name].summary, 12)}`);
  const examples = names.map((name) => `  npx ${APP_NAME} ${COMMANDS[name].example}`);
  return [
    `Usage: ${APP_NAME} COMMAND [options]`,
    wrapped('Says what an image classifier looks at: the same engine as the page’s, for folders of images and for scripts.', 0),
    `Commands\n${rows.join('\n')}`,
    `Examples\n${examples.join('\n')}`,
    `“${APP_NAME} COMMAND --help” says what a command takes; “${APP_NAME} --version” which version this is.`,
    exitHelp(),
  ].join('\n\n');
}
