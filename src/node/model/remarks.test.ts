import { expect, it } from 'vitest';
import { MODEL } from '../../protocol/testing/scripted-engine.ts';
import { USUAL } from '../../sets/command-line/settings.ts';
import { remarkOn } from './remarks.ts';

const guesses = { input: '“0 to 1” is assumed.', output: 'It is a number: under Network input it can be read otherwise.', names: '' };
const INFO = { ...MODEL, guesses, remark: `The file was long. ${guesses.input} ${guesses.output}` };

it('what is guessed of a model is said with the options that say it otherwise, unless they did', () => {
  expect(remarkOn(INFO, USUAL, null)).toBe(
    'The file was long. “0 to 1” is assumed. It is a number. What is guessed can be said: --preprocessing, --fit, --reading, --output.',
  );
  expect(remarkOn(INFO, { ...USUAL, preprocessing: 'torch' }, null)).toBe(
    'The file was long. It is a number. What is guessed can be said: --reading, --output.',
  );
  expect(remarkOn(INFO, { ...USUAL, preprocessing: 'torch', reading: 'number' }, null)).toBe('The file was long.');
  expect(remarkOn({ ...MODEL, remark: '' }, USUAL, null)).toBe('');
});
