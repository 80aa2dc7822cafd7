import { DropdownMenu } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { popupPlace } from './popup-place.ts';

interface MenuProps {
  /** The button's name. */
  readonly label: string;
  readonly className?: string;
  readonly face: ReactNode;
  /** Drawn anew each time that the menu opens. */
  readonly children: () => ReactNode;
}

/** A button with a menu. The page stays usable beside it, and it is found in full screen too. */
export function Menu({ label, className, face, children }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
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

interface MenuItemProps {
  readonly title: string;
  /** What more there is to say, below the title. */
  readonly hint?: string;
  readonly isDisabled?: boolean;
  readonly onSelect: () => void;
}

export function MenuItem({ title, hint, isDisabled, onSelect }: MenuItemProps) {
  return (
    <DropdownMenu.Item className="menu-item" disabled={isDisabled} onSelect={onSelect}>
      {title}
      {hint && <span className="menu-hint">{hint}</span>}
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="menu-line" />;
}
