import { useEffect, useRef, useState } from 'react';
import type { Size } from '../../core/images/geometry.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { Figure } from '../figure/Figure.tsx';
import { OriginalFigure } from '../figure/OriginalFigure.tsx';
import { useApp } from '../store-context.tsx';
import { bestColumns } from './stage-grid.ts';

/** A figure's head, status and legend together, as the style sheet has them. */
const CHROME = { block: 142, gap: 12 };

/** The element's size, as it changes. */
function useSize(): readonly [(element: HTMLElement | null) => void, Size] {
  const [size, setSize] = useState<Size>({ width: 1, height: 1 });
  const observer = useRef<ResizeObserver | null>(null);
  useEffect(() => () => observer.current?.disconnect(), []);
  const watch = useRef((element: HTMLElement | null) => {
    observer.current?.disconnect();
    if (!element) return;
    observer.current = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height });
    });
    observer.current.observe(element);
  });
  return [watch.current, size];
}

/** The image and its maps, side by side in boxes that do not depend on the image: nothing moves when another one is chosen. */
export function Stage() {
  const methods = useApp(({ view }) => view.methods);
  const image = useApp(selectedImage);
  const [watch, size] = useSize();
  const count = methods.length + 1;
  const columns = bestColumns(count, size, image ? image.width / image.height : 1, CHROME);
  return (
    <div ref={watch} className="stage" style={{ '--columns': columns }}>
      <OriginalFigure />
      {methods.map((id) => (
        <Figure key={id} method={id} />
      ))}
    </div>
  );
}
