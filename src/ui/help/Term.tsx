import { Popover } from 'radix-ui';
import type { ReactNode } from 'react';
import { popupPlace } from '../controls/popup-place.ts';
import { useApp } from '../store-context.tsx';
import { GLOSSARY, type TermName } from './glossary.ts';

/** A word of the field that explains itself where it stands. */
export function Term({ name, children }: { name: TermName; children?: ReactNode }) {
  const openHelp = useApp((state) => state.openHelp);
  const { term, meaning } = GLOSSARY[name];
  return (
    <Popover.Root>
      <Popover.Trigger className="term" title={meaning}>
        {children ?? term}
      </Popover.Trigger>
      <Popover.Portal container={popupPlace()}>
        <Popover.Content className="popover term-meaning" side="top" collisionPadding={8} aria-label={term}>
          <p>{meaning}</p>
          <Popover.Close className="link-button" onClick={() => openHelp('words')}>
            More in the help
          </Popover.Close>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
