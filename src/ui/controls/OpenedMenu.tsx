import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import type { MenuProps } from './menu-props.ts';
import { popupPlace } from './popup-place.ts';

/** Open at first: it takes the place of the button that asked for it. The page stays usable beside it, in full screen too. */
export function OpenedMenu({ label, className, face, children }: MenuProps) {
  const [isOpen, setOpen] = useState(true);
  return (
    <DropdownMenu.Root modal={false} open={isOpen} onOpenChange={setOpen}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className={className} aria-label={label} title={label}>
          {face}
        </button>
      </DropdownMenu.Trigger>
      {isOpen && (
        <DropdownMenu.Portal container={popupPlace()}>
          <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
            {children()}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      )}
    </DropdownMenu.Root>
  );
}
