import { expect, it } from 'vitest';
import { imageRemovalWords, removalWarning } from './removal-words.ts';

const REMOVED = { blur: 0.6, 'strong-blur': 0.3, mean: 0.12, black: 0.007 };
const AUTOMATIC = { replacement: 'black', isAutomatic: true, isNumber: false, intact: 1, removed: REMOVED } as const;

it('what removed pixels become is said with what it leaves, and with what the others would', () => {
  expect(imageRemovalWords(AUTOMATIC)).toBe(
    'Removed pixels become black, which leaves 0.7 % of the probability once all are removed (blurred: 60 %, strongly blurred: 30 %, the mean colour: 12 %).',
  );
  expect(removalWarning(AUTOMATIC)).toBe('');
});

it('a choice that leaves over half is warned of, whoever made it', () => {
  const chosen = { ...AUTOMATIC, replacement: 'blur', isAutomatic: false } as const;
  expect(imageRemovalWords(chosen)).toBe('Removed pixels become blurred, which leaves 60 % of the probability once all are removed.');
  expect(removalWarning(chosen)).toMatch(/^Even without any of its pixels the image keeps 60 % .* say little about these maps\.$/);
});

it('of a number only what its pixels become can be said', () => {
  const number = { ...AUTOMATIC, isNumber: true } as const;
  expect(imageRemovalWords(number)).toBe('Removed pixels become black.');
  expect(removalWarning(number)).toBe('');
});
