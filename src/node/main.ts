/** From arguments to an exit code: which command is meant, and what is said where it fails. */

import { AppError } from '../core/app-error.ts';
import { APP_NAME } from '../core/app-name.ts';
import { COMMANDS, type CommandName } from '../sets/command-line/commands.ts';
import { nearest } from '../sets/command-line/nearest.ts';
import { type Arguments, isSaid, parseArguments } from './arguments.ts';
import { EXIT_CODES, failed } from './exit-code.ts';
import { generalHelp, helpOf } from './help.ts';
import type { Program } from './program.ts';

/** @returns the exit code */
type Run = (given: Arguments, program: Program) => Promise<number>;

/** Each is loaded when it is asked for: help should not wait for tf.js. */
const RUNS: Readonly<Record<CommandName, () => Promise<Run>>> = {
  explain: async () => (await import('./run/run-images.ts')).explain,
  measure: async () => (await import('./run/run-images.ts')).measure,
  layers: async () => (await import('./layers.ts')).layers,
  merge: async () => (await import('./run/merge.ts')).merge,
  convert: async () => (await import('./convert/convert.ts')).convert,
};

function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

async function run([name, ...rest]: readonly string[], program: Program): Promise<number> {
  const { terminal, version } = program;
  if (name === '--version') {
    terminal.print(version);
    return EXIT_CODES.done.code;
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.print(generalHelp());
    return name === undefined ? EXIT_CODES.usage.code : EXIT_CODES.done.code;
  }
  if (!isCommand(name)) {
    const known = Object.keys(COMMANDS);
    const meant = nearest(name, known);
    const instead = meant === null ? `choose one of ${known.join(', ')}` : `say ${meant}`;
    throw new AppError('option-wrong', `There is no command ${name}; please ${instead}, or see “${APP_NAME} --help”.`);
  }
  const given = parseArguments(name, rest);
  if (isSaid(given, 'help')) {
    terminal.print(helpOf(name));
    return EXIT_CODES.done.code;
  }
  return (await RUNS[name]())(given, program);
}

/**
 * @param argv the arguments, without the program's own
 * @returns the exit code
 */
export async function main(argv: readonly string[], program: Program): Promise<number> {
  const { terminal, signal } = program;
  try {
    return await run(argv, program);
  } catch (error) {
    if (!signal.aborted) return failed(error, terminal.say);
    terminal.say('Stopped; the same command goes on where it was.');
    return EXIT_CODES.stopped.code;
  }
}
