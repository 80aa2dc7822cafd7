import { useEffect } from 'react';
import { canBeExplained } from '../explain/layer-info.ts';
import type { AppState } from '../state/app-state.ts';
import { predictions } from '../state/explanation/selectors.ts';
import { useAppStore } from './store-context.tsx';

/** What is not typed into: of the keys, arrows alone mean something there. */
const NOT_TYPED = '[type=radio], [type=checkbox], [type=range]';
const HAS_OWN_KEYS = `input:not(${NOT_TYPED}), select, textarea, dialog, [role=listbox]`;

/** Whether a key belongs to the element that has the focus: arrows move sliders and radio buttons, letters are typed. */
function isTaken(key: string, target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest(key.startsWith('Arrow') ? `input, ${HAS_OWN_KEYS}` : HAS_OWN_KEYS) !== null;
}

/** The entry `step` places on, or null beyond either end. */
function neighbour<Entry>(entries: readonly Entry[], isCurrent: (entry: Entry) => boolean, step: number): Entry | null {
  const index = entries.findIndex(isCurrent);
  return entries[index + step] ?? null;
}

function press(key: string, state: AppState): boolean {
  const { images, model, view } = state;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const next = neighbour(images.items, ({ id }) => id === (images.awaitedId ?? images.selectedId), key === 'ArrowLeft' ? -1 : 1);
    if (next) state.selectImage(next.id);
    return true;
  }
  if (key === '[' || key === ']') {
    const next = neighbour(model.info?.layers.filter(canBeExplained) ?? [], ({ name }) => name === view.layer, key === '[' ? -1 : 1);
    if (next) state.chooseLayer(next.name);
    return true;
  }
  if (key === '?') {
    state.openHelp('keys');
    return true;
  }
  if (key === '0') state.chooseClass(null);
  const best = /^[1-5]$/.test(key) ? predictions(state, 5)[Number(key) - 1] : undefined;
  if (best) state.chooseClass(best.classIndex);
  return key === '0' || best !== undefined;
}

/** Undo and redo, as everywhere; text that is being typed has its own. */
function pressWithModifier({ key, shiftKey, altKey, target }: KeyboardEvent, state: AppState): boolean {
  const isTyping = target instanceof HTMLElement && target.closest(`input:not(${NOT_TYPED}), textarea`) !== null;
  if (altKey || isTyping) return false;
  const letter = key.toLowerCase();
  if (letter === 'z') (shiftKey ? state.redo : state.undo)();
  else if (letter === 'y' && !shiftKey) state.redo();
  else return false;
  return true;
}

/** One hand on the keyboard walks images, layers and classes. The help lists the keys. */
export function useShortcuts(): void {
  const store = useAppStore();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey) {
        if (pressWithModifier(event, store.getState())) event.preventDefault();
        return;
      }
      if (event.altKey || isTaken(event.key, event.target)) return;
      if (press(event.key, store.getState())) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [store]);
}
