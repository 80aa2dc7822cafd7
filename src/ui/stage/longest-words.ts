import { memoize } from '../../core/memoize.ts';
import type { ModelCard } from '../../core/models/model-card.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { AppState } from '../../state/app-state.ts';
import type { LongestWords } from './stage-grid.ts';

/** `−0.00995 against … (dark blue)` */
const AROUND_NAME = 27;
/** ` · values −0.00453 to 0.00995` */
const RANGE = 29;
/** ` · each side of zero with its own end` */
const UNEVEN = 37;
/** `28 × 28 = 784 cells · 3.8 s + 0.94 s forward pass · estimate correlated 0.97` */
const STATUS = 77;
/** ` rather than ` */
const RATHER = 13;
/** Lists of names hold some that are sentences, for which no figure has room. */
const LONGEST_NAME = 32;
/** Room for these is there before any names are. */
const USUAL_NAME = 12;

function longest(names: readonly string[]): number {
  return names.reduce((most, { length }) => Math.max(most, length), 0);
}

const wordsFor = memoize(
  (card: ModelCard | null, methods: readonly MethodId[], hasRival: boolean, isUneven: boolean, isShared: boolean): LongestWords => {
    const name = Math.min(LONGEST_NAME, Math.max(USUAL_NAME, longest(card?.classNames ?? [])));
    const unit = longest(methods.map((id) => methodOf(id).unit(hasRival ? 'probability difference' : 'probability')));
    return {
      legendEnd: isShared ? null : AROUND_NAME + (hasRival ? 2 * name + RATHER : name),
      legendNote: unit + RANGE + (isUneven ? UNEVEN : 0),
      // Before the layer is known as after it.
      status: STATUS,
    };
  },
);

/** The room that words around figures need, whatever the image and its class. */
export function longestWords({ model, view }: AppState): LongestWords {
  const { display, methods, versus } = view;
  return wordsFor(model.card, methods, versus !== null, display.contrast === 'min-to-max', display.contrast === 'shared');
}
