import { useEffect } from 'react';
import type { Sheet } from '../state/view/view-state.ts';
import { useApp } from './store-context.tsx';

const SHEETS: readonly { readonly id: Sheet; readonly title: string; readonly element: string }[] = [
  { id: 'question', title: 'Question', element: 'question' },
  { id: 'settings', title: 'Settings', element: 'settings' },
  { id: 'tools', title: 'Tools', element: 'drawer' },
];

/** On a phone, what there is no room for beside the stage: one sheet at a time, over the lower part of the screen. */
export function SheetBar() {
  const sheet = useApp(({ view }) => view.sheet);
  const setSheet = useApp((state) => state.setSheet);
  const setDrawer = useApp((state) => state.setDrawer);
  useEffect(() => {
    if (sheet === null) return;
    const onKeyDown = ({ key, defaultPrevented }: KeyboardEvent) => {
      if (key === 'Escape' && !defaultPrevented) setSheet(null);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [sheet, setSheet]);
  return (
    <nav className="sheet-bar" aria-label="More">
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
          }}
        >
          {title}
        </button>
      ))}
    </nav>
  );
}
