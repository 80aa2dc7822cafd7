import { lazy, Suspense, useState } from 'react';
import type { MenuProps } from './menu-props.ts';

/** With its library, which the first look at the page does not wait for. */
const loadMenu = () => import('./OpenedMenu.tsx');
const OpenedMenu = lazy(async () => ({ default: (await loadMenu()).OpenedMenu }));

/** A button with a menu, which is loaded when the button is pointed at, or reached. */
export function Menu(props: MenuProps) {
  const [isWanted, setWanted] = useState(false);
  const { label, className, face } = props;
  const button = (
    <button
      type="button"
      className={className}
      aria-label={label}
      title={label}
      aria-haspopup="menu"
      aria-expanded={false}
      onPointerEnter={() => void loadMenu()}
      onFocus={() => void loadMenu()}
      onClick={() => setWanted(true)}
      onKeyDown={(event) => {
        if (event.key !== 'ArrowDown') return;
        event.preventDefault();
        setWanted(true);
      }}
    >
      {face}
    </button>
  );
  return isWanted ? (
    <Suspense fallback={button}>
      <OpenedMenu {...props} />
    </Suspense>
  ) : (
    button
  );
}
