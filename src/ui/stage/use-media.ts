import { useCallback, useSyncExternalStore } from 'react';

/** As in the style sheets: where the page scrolls under its stage, and where there is room for one figure alone. */
export const NARROW = '(width < 1100px)';
export const PHONE = '(width < 720px)';

/** Whether a media query holds. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const list = matchMedia(query);
      list.addEventListener('change', onChange);
      return () => list.removeEventListener('change', onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
