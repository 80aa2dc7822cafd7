import type { Guess } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';

/** What is to be checked once a choice was made: a guess that has been answered is none any more. */
export function withoutGuess({ card, info }: Pick<AppState['model'], 'card' | 'info'>, about: Guess): string {
  const toCheck = card?.toCheck ?? '';
  const guess = info?.guesses[about] ?? '';
  const parts = guess === '' ? [toCheck] : toCheck.split(guess);
  return parts
    .map((part) => part.trim())
    .filter(Boolean)
    .join(' ');
}
