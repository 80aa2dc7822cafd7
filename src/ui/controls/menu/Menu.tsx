import { Suspense, useState } from 'react';
import { lazyPart } from '../lazy-part.tsx';
import type { MenuProps } from './menu-props.ts';

/** With its library, which the first look at the page does not wait for. */
const loadMenu = () => import('./OpenedMenu.tsx');
const OpenedMenu = lazyPart(async () => (await loadMenu()).OpenedMenu, Menu);

/** A button with a menu, which is loaded when the button is pointed at, or reached. */
export function Menu(props: MenuProps) {
  const [wantedBy, setWantedBy] = useState<'pointer' | 'keyboard' | null>(null);
  const { label, className, face } = props;
  const button = (
    <button
      type="button"
      className={className}
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void loadMenu().catch(() => {})}
      onFocus={() => void loadMenu().catch(() => {})}
      // A click that no pointer made is that of Enter or Space.
      onClick={({ detail }) => setWantedBy(detail === 0 ? 'keyboard' : 'pointer')}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        setWantedBy('keyboard');
      }}
    >
      {face}
    </button>
  );
  return wantedBy ? (
    <Suspense fallback={button}>
      <OpenedMenu {...props} isByKeyboard={wantedBy === 'keyboard'} />
    </Suspense>
  ) : (
    button
  );
}
