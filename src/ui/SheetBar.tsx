import { useEffect, useRef } from 'react';
import type { Sheet } from '../state/view/view-state.ts';
import { useApp } from './store-context.tsx';

const SHEETS: readonly { readonly id: Sheet; readonly title: string; readonly element: string }[] = [
  { id: 'settings', title: 'Settings', element: 'settings' },
  { id: 'tools', title: 'Tools', element: 'drawer' },
];

/** Scrolls the stage to the top of the screen, where it stays: what a sheet changes is seen above it. */
function bringStageUp(): void {
  const stage = document.querySelector('.stage');
  if (stage) scrollBy(0, stage.getBoundingClientRect().top);
}

/** On a phone, what there is no room for beside the stage: one sheet at a time, over the lower part of the screen. */
export function SheetBar() {
  const sheet = useApp(({ view }) => view.sheet);
  const setSheet = useApp((state) => state.setSheet);
  const setDrawer = useApp((state) => state.setDrawer);
  const bar = useRef<HTMLElement>(null);
  useEffect(() => {
    const onKeyDown = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key !== 'Escape' || defaultPrevented) return;
      setSheet(null);
      // A sheet is up for as long as the focus is in it.
      const { activeElement } = document;
      const isInSheet = SHEETS.some(({ element }) => document.getElementById(element)?.contains(activeElement));
      if (isInSheet && activeElement instanceof HTMLElement) bar.current?.querySelector('button')?.focus();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [setSheet]);
  return (
    <nav ref={bar} className="sheet-bar" aria-label="More">
      {SHEETS.map(({ id, title, element }) => (
        <button
          key={id}
          type="button"
          aria-expanded={sheet === id}
          aria-controls={element}
          onClick={() => {
            setSheet(sheet === id ? null : id);
            // It would be an empty sheet.
            if (id === 'tools') setDrawer({ isOpen: true });
            bringStageUp();
          }}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
