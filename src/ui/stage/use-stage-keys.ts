import { useEffect } from 'react';
import { WHOLE_IMAGE } from '../../core/images/viewport.ts';
import type { AppState } from '../../state/app-state.ts';
import { viewportOf } from '../../state/stage/stage-slice.ts';
import { useAppStore } from '../store-context.tsx';
import { panBy, ZOOM_STEP, zoomBy } from './zoom-actions.ts';

/** Where letters are typed, or a list or a dialog has keys of its own. */
const TYPING =
  'input:not([type=radio], [type=checkbox], [type=range]), select, textarea, dialog, [role=dialog], [role=listbox], [role=menu]';
/** What Space presses, opens or ticks; a radio button that is chosen is not chosen anew. */
const PRESSED =
  'button, a, summary, input:not([type=radio]:checked, [type=range]), [role=tab], [role=menuitem], [role=radio], [role=checkbox], [role=grid], [role=option]';

const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

function isWithin(target: EventTarget | null, selector: string): boolean {
  return target instanceof Element && target.closest(selector) !== null;
}

/** @returns whether the key was one of the stage's */
function press({ key, shiftKey, target, repeat }: KeyboardEvent, state: AppState): boolean {
  const isEnlarged = viewportOf(state).zoom > 1;
  if (key === ' ') {
    if (isWithin(target, PRESSED)) return false;
    if (!state.stage.isOriginalShown) state.setStage({ isOriginalShown: true });
    return true;
  }
  const arrow = shiftKey && isEnlarged ? ARROWS[key] : undefined;
  // Shift and arrows choose within a slider or a list of radio buttons.
  if (arrow && !isWithin(target, 'input')) panBy(state, ...arrow);
  else if (key === '+' || key === '=') zoomBy(state, ZOOM_STEP);
  else if (key === '-') zoomBy(state, 1 / ZOOM_STEP);
  // At 100 % it leads back to the best class.
  else if (key === '0' && isEnlarged) state.setViewport(WHOLE_IMAGE);
  else if (key.toLowerCase() === 'f' && !repeat) state.setStage({ isFull: !state.stage.isFull });
  else if (key === 'Escape' && state.stage.isFull) state.setStage({ isFull: false });
  else return false;
  return true;
}

/** The keys of the stage, wherever the focus is, unless it is where keys mean something else. */
export function useStageKeys(): void {
  const store = useAppStore();
  useEffect(() => {
    const stop = new AbortController();
    const { signal } = stop;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWithin(event.target, TYPING)) return;
      if (!press(event, store.getState())) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const showMaps = () => store.getState().stage.isOriginalShown && store.getState().setStage({ isOriginalShown: false });
    // Before the figures, whose arrows walk through cells.
    addEventListener('keydown', onKeyDown, { signal, capture: true });
    addEventListener('keyup', ({ key }) => key === ' ' && showMaps(), { signal, capture: true });
    // A key that is let go elsewhere is not heard of.
    addEventListener('blur', showMaps, { signal });
    return () => stop.abort();
  }, [store]);
}
