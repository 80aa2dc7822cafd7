import { useCallback, useEffect, useRef, useState } from 'react';
import type { Size } from '../../core/images/geometry.ts';

const NOTHING: Size = { width: 0, height: 0 };

/** The element's inner size in whole pixels, which is the same for elements that are equally large wherever they stand; nothing before it is laid out. */
export function useSize(): readonly [(element: HTMLElement | null) => void, Size] {
  const [size, setSize] = useState(NOTHING);
  const observer = useRef<ResizeObserver | null>(null);
  useEffect(() => () => observer.current?.disconnect(), []);
  const watch = useCallback((element: HTMLElement | null) => {
    observer.current?.disconnect();
    if (!element) return;
    const measure = (exactWidth: number, exactHeight: number) => {
      const [width, height] = [Math.floor(exactWidth), Math.floor(exactHeight)];
      setSize((former) => (former.width === width && former.height === height ? former : { width, height }));
    };
    // At once, so that the first frame is laid out as all that follow.
    const { width, height } = element.getBoundingClientRect();
    measure(width, height);
    observer.current = new ResizeObserver(([entry]) => entry && measure(entry.contentRect.width, entry.contentRect.height));
    observer.current.observe(element);
  }, []);
  return [watch, size];
}
