/** Whoever comes by keyboard has a place on the page, also when a button that did what it was for is gone with the focus. */
import { useEffect } from 'react';

const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex="0"]:not([data-radix-focus-guard])';

/** The first that is not before the gap, in the same popup if it is in one; where there is none, the last before it, or the popup itself. */
function besideGap({ target: parent, nextSibling: next }: MutationRecord): HTMLElement | null {
  if (!(parent instanceof Element) || !parent.isConnected) return null;
  const popup = parent.closest<HTMLElement>('[role="dialog"]');
  const all = [...(popup ?? document).querySelectorAll<HTMLElement>(FOCUSABLE)].filter((element) =>
    element.checkVisibility({ visibilityProperty: true }),
  );
  const isBehind = (element: Element, place: Node) => (place.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  const isAfter = (element: Element) =>
    next?.isConnected ? next.contains(element) || isBehind(element, next) : !parent.contains(element) && isBehind(element, parent);
  return all.find(isAfter) ?? all.at(-1) ?? popup;
}

/** Watches what has the focus by keyboard; when it is taken off the page, and nothing else takes the focus, what is beside it does. */
export function useKeptFocus(): void {
  useEffect(() => {
    let place: Element | null = null;
    const onFocusIn = ({ target }: FocusEvent) => {
      // A click needs no place to go on from.
      place = target instanceof Element && target.matches(':focus-visible') ? target : null;
    };
    const onFocusOut = ({ target }: FocusEvent) => {
      // Somebody left by themselves, if it is still there.
      queueMicrotask(() => {
        if (place === target && place?.isConnected && document.activeElement !== target) place = null;
      });
    };
    const observer = new MutationObserver((records) => {
      const lost = place;
      if (!lost || lost.isConnected) return;
      place = null;
      const gap = records.findLast(({ removedNodes }) => [...removedNodes].some((node) => node.contains(lost)));
      // Dialogs and menus give the focus back themselves, in a while.
      if (gap) setTimeout(() => document.activeElement === document.body && besideGap(gap)?.focus({ preventScroll: true }), 50);
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
