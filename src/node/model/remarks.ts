/** What a person should know of how a model was read, with the options that say it otherwise. */
import type { Guess, ModelInfo } from '../../protocol/engine.ts';
import type { OptionName } from '../../sets/command-line/commands.ts';
import type { Asked } from '../../sets/command-line/settings.ts';

/** Which options answer a guess. */
const ANSWERS: Readonly<Record<Guess, readonly OptionName[]>> = {
  input: ['preprocessing', 'fit'],
  output: ['reading', 'output'],
  names: ['labels'],
};

const GUESSES = Object.keys(ANSWERS) as Guess[];

/** Where the page asks for it; here options do. */
const ON_THE_PAGE = /[:;] under Network input[^.;]*/g;

/** @param labels the file of class names that was given; null for none @returns empty where there is nothing to say */
export function remarkOn({ remark, guesses }: ModelInfo, asked: Asked, labels: string | null): string {
  const said: Readonly<Record<Guess, boolean>> = {
    input: asked.preprocessing !== null,
    output: asked.reading !== null,
    names: labels !== null,
  };
  const open = GUESSES.filter((guess) => guesses[guess] !== '' && !said[guess]);
  const left = GUESSES.filter((guess) => said[guess]).reduce((text, guess) => text.replace(guesses[guess], ''), remark);
  const words = left.replace(ON_THE_PAGE, '').replace(/ {2,}/g, ' ').trim();
  const options = open.flatMap((guess) => ANSWERS[guess].map((name) => `--${name}`));
  return options.length === 0 ? words : `${words} What is guessed can be said: ${options.join(', ')}.`;
}
