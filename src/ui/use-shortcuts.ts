import { useEffect } from 'react';
import { canBeExplained } from '../explain/layer-info.ts';
import type { AppState } from '../state/app-state.ts';
import { predictions } from '../state/explanation/selectors.ts';
import { useAppStore } from './store-context.tsx';

/** Whether a key belongs to the element that has the focus: arrows move sliders and radio buttons, letters are typed. */
function isTaken(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, select, textarea, dialog, [role=listbox]') !== null;
}

/** The entry `step` places on, or null beyond either end. */
function neighbour<Entry>(entries: readonly Entry[], isCurrent: (entry: Entry) => boolean, step: number): Entry | null {
  const index = entries.findIndex(isCurrent);
  return entries[index + step] ?? null;
}

function press(key: string, state: AppState): boolean {
  const { images, model, view } = state;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    const next = neighbour(images.items, ({ id }) => id === images.selectedId, key === 'ArrowLeft' ? -1 : 1);
    if (next) state.selectImage(next.id);
    return true;
  }
  if (key === '[' || key === ']') {
    const next = neighbour(model.info?.layers.filter(canBeExplained) ?? [], ({ name }) => name === view.layer, key === '[' ? -1 : 1);
    if (next) state.chooseLayer(next.name);
    return true;
  }
  if (key === '0') state.chooseClass(null);
  const best = /^[1-5]$/.test(key) ? predictions(state, 5)[Number(key) - 1] : undefined;
  if (best) state.chooseClass(best.classIndex);
  return key === '0' || best !== undefined;
}

/** One hand on the keyboard walks images, layers and classes. The help lists the keys. */
export function useShortcuts(): void {
  const store = useAppStore();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
      if (hasModifier || event.defaultPrevented || isTaken(event.target)) return;
      if (press(event.key, store.getState())) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [store]);
}
