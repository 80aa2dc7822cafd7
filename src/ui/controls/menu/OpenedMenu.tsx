import { DropdownMenu } from 'radix-ui';
import { useEffect, useRef, useState } from 'react';
import { popupPlace } from '../popup-place.ts';
import type { MenuProps } from './menu-props.ts';

interface OpenedMenuProps extends MenuProps {
  /** How it was opened for the first time; of later times the library knows by itself. */
  readonly isByKeyboard: boolean;
}

/** Puts the focus on the first entry, as menus do that are opened by a key. */
function FocusFirst() {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // After the menu itself has taken the focus.
    const timer = setTimeout(() => place.current?.parentElement?.querySelector<HTMLElement>('[role="menuitem"]')?.focus());
    return () => clearTimeout(timer);
  }, []);
  return <span ref={place} hidden />;
}

/** Open at first: it takes the place of the button that asked for it. The page stays usable beside it, in full screen too. */
export function OpenedMenu({ label, className, face, children, isByKeyboard }: OpenedMenuProps) {
  const [isOpen, setOpen] = useState(true);
  const [isFirst, setFirst] = useState(true);
  return (
    <DropdownMenu.Root
      modal={false}
      open={isOpen}
      onOpenChange={(open) => {
        setOpen(open);
        setFirst(false);
      }}
    >
      <DropdownMenu.Trigger asChild>
        <button type="button" className={className} aria-label={label} title={label}>
          {face}
        </button>
      </DropdownMenu.Trigger>
      {isOpen && (
        <DropdownMenu.Portal container={popupPlace()}>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            {isFirst && isByKeyboard && <FocusFirst />}
            {children()}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      )}
    </DropdownMenu.Root>
  );
}
