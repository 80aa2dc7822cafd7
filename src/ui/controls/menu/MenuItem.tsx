import { DropdownMenu } from 'radix-ui';

interface MenuItemProps {
  readonly title: string;
  /** What more there is to say, below the title. */
  readonly hint?: string;
  /** What keeps it from being chosen, said in the hint's place; empty: nothing does. */
  readonly whyNot?: string;
  readonly onSelect: () => void;
}

export function MenuItem({ title, hint, whyNot, onSelect }: MenuItemProps) {
  const more = whyNot || hint;
  // It is reached by keys even so: the reason is to be read.
  return (
    <DropdownMenu.Item
      className="menu-item"
      aria-disabled={whyNot ? true : undefined}
      onSelect={(event) => (whyNot ? event.preventDefault() : onSelect())}
    >
      {title}
      {more && <span className="menu-hint">{more}</span>}
    </DropdownMenu.Item>
  );
}

/** What is only to be read, by keys too: where there is little room, figures say it nowhere else. */
export function MenuNote({ title, note }: { title: string; note: string }) {
  return (
    <DropdownMenu.Item className="menu-item" aria-disabled onSelect={(event) => event.preventDefault()}>
      {title}
      <span className="menu-hint">{note}</span>
    </DropdownMenu.Item>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="menu-line" />;
}
