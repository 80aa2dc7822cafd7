import { Popover } from 'radix-ui';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { popupPlace } from './popup-place.ts';

interface CutTextProps {
  readonly className?: string;
  /** What the words are about: the name of the button that shows all of them. */
  readonly label: string;
  readonly children: ReactNode;
}

/** Words in as many whole lines as they have room for. Where they need more, a button shows all of them: nothing is scrolled to, or lost. */
export function CutText({ className = '', label, children }: CutTextProps) {
  const room = useRef<HTMLDivElement>(null);
  const words = useRef<HTMLDivElement>(null);
  const [isCut, setCut] = useState(false);
  useLayoutEffect(() => {
    const [outer, inner] = [room.current, words.current];
    if (!outer || !inner) return;
    // The words stand there alike, cut or not: measuring changes nothing of what is measured.
    const measure = () => setCut(inner.offsetHeight > outer.clientHeight + 1);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(outer);
    observer.observe(inner);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={room} className={`${className} cut-text`}>
      {/* What can be pressed in them is in the popover then. */}
      <div ref={words} inert={isCut}>
        {children}
      </div>
      {isCut && (
        <Popover.Root>
          <Popover.Trigger className="cut-text-more" aria-label={`More: ${label}`}>
            … more
          </Popover.Trigger>
          <Popover.Portal container={popupPlace()}>
            <Popover.Content className="popover" sideOffset={4} collisionPadding={8} aria-label={label}>
              {children}
            </Popover.Content>
          </Popover.Portal>
        </Popover.Root>
      )}
    </div>
  );
}
