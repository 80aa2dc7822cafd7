import { type FocusEvent, useEffect, useRef, useState } from 'react';
import type { Notice } from '../state/app-state.ts';
import { Icon } from './controls/Icon.tsx';
import { NARROW, useMedia } from './stage/use-media.ts';
import { useApp } from './store-context.tsx';

/** What is shown of many, and where maps are above them; the newest come first. */
const MOST = 3;
const MOST_NARROW = 1;

/** A remark has been read by then. */
const READ_MS = 10_000;

/** The newest first; errors of one action are one, in the order in which they were said. */
function blocksOf(notices: readonly Notice[]): Notice[][] {
  const blocks: Notice[][] = [];
  for (const notice of notices) {
    const own = notice.group === null ? undefined : blocks.find(([first]) => first?.group === notice.group);
    if (own) own.push(notice);
    else blocks.push([notice]);
  }
  return blocks.reverse();
}

function Dismiss({ ids }: { ids: readonly number[] }) {
  const dismiss = useApp((state) => state.dismiss);
  return (
    <button type="button" className="icon-button" aria-label="Dismiss" title="Dismiss" onClick={() => dismiss(...ids)}>
      <Icon name="close" />
    </button>
  );
}

interface NoticeLineProps extends Notice {
  /** Whether somebody is at the notices: then nothing leaves by itself. */
  readonly isHeld: boolean;
}

function NoticeLine({ id, kind, text, action, isHeld }: NoticeLineProps) {
  const dismiss = useApp((state) => state.dismiss);
  useEffect(() => {
    if (kind !== 'info' || isHeld) return;
    const timer = setTimeout(() => dismiss(id), READ_MS);
    return () => clearTimeout(timer);
  }, [id, kind, isHeld, dismiss]);
  return (
    <li className="notice" data-kind={kind}>
      <p {...(kind !== 'info' && { role: 'alert' })}>{text}</p>
      {action && (
        <button
          type="button"
          className="small-button"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.title}
        </button>
      )}
      <Dismiss ids={[id]} />
    </li>
  );
}

/** Several errors of one action. */
function NoticeBlock({ errors }: { errors: readonly Notice[] }) {
  return (
    <li className="notice" data-kind="error">
      <div className="notice-errors">
        <strong>{`${errors.length} errors`}</strong>
        <ul>
          {errors.map(({ id, text }) => (
            <li key={id} role="presentation">
              <p role="alert">{text}</p>
            </li>
          ))}
        </ul>
      </div>
      <Dismiss ids={errors.map(({ id }) => id)} />
    </li>
  );
}

/** Whether anybody is at the notices; and once one is answered by keyboard, or dismissed, whoever did it is back where they came from. */
function useVisitors() {
  const [isHeld, setHeld] = useState(false);
  const section = useRef<HTMLElement>(null);
  const visitor = useRef<{ at: Element; readonly from: EventTarget | null } | null>(null);
  // What is gone is left by nobody: its button takes the focus with it, without a word.
  useEffect(() => {
    setHeld(section.current?.matches(':hover, :focus-within') ?? false);
    if (!visitor.current || visitor.current.at.isConnected) return;
    const { from } = visitor.current;
    visitor.current = null;
    if (document.activeElement !== document.body) return;
    const isThere = from instanceof HTMLElement && from.isConnected && from.checkVisibility({ visibilityProperty: true });
    (isThere ? from : document.querySelector('main'))?.focus({ preventScroll: true });
  });
  return {
    isHeld,
    events: {
      ref: section,
      onPointerEnter: () => setHeld(true),
      onPointerLeave: () => setHeld(false),
      onFocus({ target, relatedTarget }: FocusEvent) {
        setHeld(true);
        const isInside = section.current?.contains(relatedTarget as Node | null);
        const from = isInside ? (visitor.current?.from ?? null) : relatedTarget;
        // A click needs no place to go on from.
        visitor.current = target.matches(':focus-visible') ? { at: target, from } : null;
      },
      onBlur({ target }: FocusEvent) {
        setHeld(false);
        // Somebody left by themselves, if it is still there.
        queueMicrotask(() => {
          if (visitor.current?.at === target && target.isConnected) visitor.current = null;
        });
      },
    },
  };
}

/** What must be said, at the edge of the page: errors at once, and until they are dismissed; remarks when there is a pause, and for a while. */
export function Notices() {
  const notices = useApp((state) => state.notices);
  const { isHeld, events } = useVisitors();
  const [showsAll, setShowsAll] = useState(false);
  const most = useMedia(NARROW) ? MOST_NARROW : MOST;
  const blocks = blocksOf(notices);
  const shown = showsAll ? blocks : blocks.slice(0, most);
  const others = blocks.length - most;
  return (
    <section className="notices" aria-label="Notices" {...events}>
      <ul className="notice-list" aria-live="polite">
        {shown.map(([notice, ...more]) => {
          if (!notice) return null;
          // By its group, so that the first of several is not said again.
          const key = notice.group === null ? notice.id : `group-${notice.group}`;
          if (more.length > 0) return <NoticeBlock key={key} errors={[notice, ...more]} />;
          return <NoticeLine key={key} {...notice} isHeld={isHeld} />;
        })}
      </ul>
      {others > 0 && (
        <button type="button" className="small-button" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Fewer' : `${others} more`}
        </button>
      )}
    </section>
  );
}
