import { Popover } from 'radix-ui';
import type { RefObject } from 'react';
import { popupPlace } from '../controls/popup-place.ts';
import { useApp } from '../store-context.tsx';

interface TermMeaningProps {
  readonly term: string;
  readonly meaning: string;
  /** The word that it stands beside. */
  readonly word: RefObject<HTMLButtonElement | null>;
  readonly onClose: () => void;
}

/** What a word means, beside it. */
export function TermMeaning({ term, meaning, word, onClose }: TermMeaningProps) {
  const openHelp = useApp((state) => state.openHelp);
  return (
    <Popover.Root open onOpenChange={onClose}>
      <Popover.Anchor virtualRef={{ current: { getBoundingClientRect: () => word.current?.getBoundingClientRect() ?? new DOMRect() } }} />
      <Popover.Portal container={popupPlace()}>
        <Popover.Content
          className="popover term-meaning"
          side="top"
          collisionPadding={8}
          aria-label={term}
          onCloseAutoFocus={() => word.current?.focus()}
          onPointerDownOutside={(event) => {
            // The word closes it by itself.
            if (event.target instanceof Node && word.current?.contains(event.target)) event.preventDefault();
          }}
        >
          <p>{meaning}</p>
          <Popover.Close className="link-button" onClick={() => openHelp('words')}>
            More in the help
          </Popover.Close>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
