/** Whoever comes by keyboard has a place on the page, also when what was there is gone: notices, buttons that did what they were for. */
import { useEffect } from 'react';

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]:not([data-radix-focus-guard])';

/** Whoever leaves these goes back to where they came from. */
const VISITED = '.notices';

interface Place {
  readonly element: HTMLElement;
  readonly isVisited: boolean;
  /** What had the focus before the person came to what is only visited. */
  readonly cameFrom: Element | null;
}

/** Where nodes were taken away. */
interface Gap {
  readonly parent: Node;
  readonly next: Node | null;
}

function canTakeFocus(element: Element): element is HTMLElement {
  return element instanceof HTMLElement && element.isConnected && element.checkVisibility({ visibilityProperty: true });
}

/** The first that is not before the gap, in the same popup if it is in one; where there is none, the last before it, or the popup itself. */
function besideGap({ parent, next }: Gap): HTMLElement | null {
  if (!(parent instanceof Element) || !parent.isConnected) return null;
  const popup = parent.closest<HTMLElement>('[role="dialog"]');
  const all = [...(popup ?? document).querySelectorAll(FOCUSABLE)].filter(canTakeFocus);
  const isAfter = (element: Element) => {
    if (next?.isConnected)
      return next.contains(element) || (next.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
    return !parent.contains(element) && (parent.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  };
  return all.find(isAfter) ?? all.at(-1) ?? popup;
}

/** Watches what has the focus; when it is taken off the page, and nothing else takes the focus, what is beside it does. */
export function useKeptFocus(): void {
  useEffect(() => {
    let place: Place | null = null;
    const onFocusIn = ({ target, relatedTarget }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return;
      const visited = target.closest(VISITED);
      const former = visited?.contains(relatedTarget as Node | null) ? place?.cameFrom : (relatedTarget as Element | null);
      // A click needs no place to go on from.
      const isVisited = visited !== null;
      place = target.matches(':focus-visible') ? { element: target, isVisited, cameFrom: (isVisited && former) || null } : null;
    };
    const onFocusOut = ({ target }: FocusEvent) => {
      // Somebody left by themselves, if it is still there.
      queueMicrotask(() => {
        if (place?.element === target && place?.element.isConnected && document.activeElement !== target) place = null;
      });
    };
    const observer = new MutationObserver((records) => {
      const lost = place;
      if (!lost || lost.element.isConnected) return;
      place = null;
      const record = records.findLast(({ removedNodes }) => [...removedNodes].some((node) => node.contains(lost.element)));
      if (!record) return;
      const gap = { parent: record.target, next: record.nextSibling };
      // Dialogs and menus give the focus back themselves, in a while.
      setTimeout(() => {
        if (document.activeElement !== document.body) return;
        const { isVisited, cameFrom } = lost;
        const back = cameFrom && canTakeFocus(cameFrom) ? cameFrom : document.querySelector('main');
        const to = isVisited ? back : besideGap(gap);
        to?.focus({ preventScroll: true });
      }, 50);
    });
    document.addEventListener('focusin', onFocusIn);
    document.addEventListener('focusout', onFocusOut);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      document.removeEventListener('focusin', onFocusIn);
      document.removeEventListener('focusout', onFocusOut);
      observer.disconnect();
    };
  }, []);
}
