import { DropdownMenu } from 'radix-ui';

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
