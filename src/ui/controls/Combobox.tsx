import { useCombobox } from 'downshift';
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { searchByName } from '../../core/search-by-name.ts';

interface ComboboxProps<Entry> {
  readonly label: string;
  /** Beside the label: a word about it, or a way back. */
  readonly hint: ReactNode;
  readonly entries: readonly Entry[];
  readonly selected: Entry | null;
  /** Shown in the field while there is nothing to choose from. */
  readonly fallback: string;
  readonly isDisabled: boolean;
  readonly nameOf: (entry: Entry) => string;
  /** Entries with the same group stand under one heading; null: no headings. */
  readonly groupOf: ((entry: Entry) => string) | null;
  readonly detailOf: (entry: Entry) => ReactNode;
  /** A few characters stand beside the names, whole sentences below them: in one list all alike. */
  readonly detailPlace: 'beside' | 'below';
  /** Entries that are listed but cannot be chosen; null: all can. */
  readonly isUnavailable: ((entry: Entry) => boolean) | null;
  readonly onChoose: (entry: Entry) => void;
}

interface Group<Entry> {
  readonly heading: string;
  readonly entries: { readonly entry: Entry; readonly index: number }[];
}

/** Consecutive entries of one group together; each keeps its place in the whole list. */
function grouped<Entry>(entries: readonly Entry[], groupOf: ((entry: Entry) => string) | null): Group<Entry>[] {
  const groups: Group<Entry>[] = [];
  for (const [index, entry] of entries.entries()) {
    const heading = groupOf?.(entry) ?? '';
    const last = groups.at(-1);
    if (last?.heading === heading) last.entries.push({ entry, index });
    else groups.push({ heading, entries: [{ entry, index }] });
  }
  return groups;
}

/** Browsers take seconds to lay out tens of thousands of entries, through which nobody looks one by one. */
const MOST_LISTED = 2000;

/** Where the list opens, and how tall it may be. */
interface Room {
  readonly side: 'above' | 'below';
  readonly pixels: number;
}

/** Below a list is looked for first; it opens above only where it would be cut short below. */
const COMFORTABLE_PIXELS = 240;
const MARGIN_PIXELS = 12;

function largerRoom({ top, bottom }: DOMRect): Room {
  const below = innerHeight - bottom - MARGIN_PIXELS;
  const above = top - MARGIN_PIXELS;
  return below >= COMFORTABLE_PIXELS || below >= above ? { side: 'below', pixels: below } : { side: 'above', pixels: above };
}

/** Scrolls the list itself, and nothing around it, until the entry stands in its middle. */
function centreIn(list: HTMLElement, entry: HTMLElement): void {
  const [outer, inner] = [list.getBoundingClientRect(), entry.getBoundingClientRect()];
  list.scrollTop += inner.top + inner.height / 2 - (outer.top + outer.height / 2);
}

/** A list to choose from by typing: the first match is taken with Enter, Escape puts back what was there. */
export function Combobox<Entry>({
  label,
  hint,
  entries,
  selected,
  fallback,
  isDisabled,
  nameOf,
  groupOf,
  detailOf,
  detailPlace,
  isUnavailable,
  onChoose,
}: ComboboxProps<Entry>) {
  const [query, setQuery] = useState('');
  const matches = useMemo(() => searchByName(entries, nameOf, query), [entries, nameOf, query]);
  const found = useMemo(() => matches.slice(0, MOST_LISTED), [matches]);
  // Matches come best first, which blocks know nothing of.
  const groups = useMemo(() => grouped(found, query ? null : groupOf), [found, groupOf, query]);
  const selectedName = selected ? nameOf(selected) : fallback;
  const { isOpen, highlightedIndex, getLabelProps, getInputProps, getMenuProps, getItemProps, getToggleButtonProps } = useCombobox<Entry>({
    items: found,
    selectedItem: selected,
    itemToString: (entry) => (entry === null || entry === undefined ? fallback : nameOf(entry)),
    defaultHighlightedIndex: 0,
    onIsOpenChange: ({ isOpen: opens }) => setQuery((former) => (opens ? former : '')),
    onSelectedItemChange: ({ selectedItem }) => selectedItem !== null && onChoose(selectedItem),
    stateReducer(state, { type, changes }) {
      const kinds = useCombobox.stateChangeTypes;
      // Leaving the field chooses nothing: only Enter and a click do.
      const leaves = type === kinds.InputBlur || type === kinds.InputKeyDownEscape;
      const opens = changes.isOpen && !state.isOpen && type !== kinds.InputChange;
      // What is chosen, not what happens to come first.
      if (opens && selected) return { ...changes, highlightedIndex: Math.max(0, found.indexOf(selected)) };
      if (!leaves) {
        // Not downshift's `isItemDisabled`: it looks at the list as it was before the last key, and then highlights nothing.
        const isTaken = changes.selectedItem && changes.selectedItem !== state.selectedItem && isUnavailable?.(changes.selectedItem);
        return isTaken ? { ...changes, isOpen: true, selectedItem: state.selectedItem, inputValue: state.inputValue } : changes;
      }
      return { ...changes, isOpen: false, selectedItem: state.selectedItem, inputValue: selectedName };
    },
  });
  const field = useRef<HTMLDivElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>({ side: 'below', pixels: 0 });
  useLayoutEffect(() => {
    if (isOpen && field.current) setRoom(largerRoom(field.current.getBoundingClientRect()));
  }, [isOpen]);
  // Opened without a word typed, the list begins where one is.
  useLayoutEffect(() => {
    if (!isOpen || query || room.pixels === 0) return;
    const chosen = menu.current?.querySelector<HTMLElement>('[data-selected]');
    if (menu.current && chosen) centreIn(menu.current, chosen);
  }, [isOpen, query, room]);
  return (
    <div className="combobox">
      <div className="field-label">
        <label {...getLabelProps()}>{label}</label>
        <span className="combobox-hint">{hint}</span>
      </div>
      <div className="combobox-field" ref={field}>
        <input
          {...getInputProps({
            disabled: isDisabled,
            onFocus: (event) => event.currentTarget.select(),
            onChange: (event) => setQuery(event.currentTarget.value),
          })}
          className="text-input"
          spellCheck={false}
        />
        <button
          type="button"
          className="combobox-toggle"
          {...getToggleButtonProps({ disabled: isDisabled, 'aria-label': `Show all: ${label}` })}
        >
          <span aria-hidden="true">▾</span>
        </button>
      </div>
      <div
        className="combobox-menu"
        hidden={!isOpen}
        data-side={room.side}
        data-details={detailPlace}
        style={{ '--room': `${room.pixels}px` }}
        {...getMenuProps({ 'aria-label': label, ref: menu })}
      >
        {isOpen &&
          groups.map(({ heading, entries: members }) => (
            <div key={`${heading}:${members[0]?.index}`} role="group" aria-label={heading || label} className="combobox-group">
              {heading && (
                <div className="combobox-heading" aria-hidden="true">
                  {heading}
                </div>
              )}
              {members.map(({ entry, index }) => (
                <div
                  key={nameOf(entry)}
                  {...getItemProps({ item: entry, index })}
                  className="combobox-option"
                  aria-disabled={isUnavailable?.(entry) || undefined}
                  data-highlighted={index === highlightedIndex || undefined}
                  data-selected={entry === selected || undefined}
                >
                  <span className="combobox-name">{nameOf(entry)}</span>
                  <span className="combobox-detail">{detailOf(entry)}</span>
                </div>
              ))}
            </div>
          ))}
        {isOpen && (found.length === 0 || found.length < matches.length) && (
          <div className="combobox-empty" role="option" aria-disabled="true" aria-selected="false" tabIndex={-1}>
            {found.length === 0 ? `Nothing matches “${query}”` : `${matches.length - found.length} more: type a part of a name to find it`}
          </div>
        )}
      </div>
    </div>
  );
}
