import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import type { Frame, Size } from '../../core/images/geometry.ts';
import { placeInBox } from '../../core/images/viewport.ts';
import { viewportOf } from '../../state/stage/stage-slice.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { useSize } from '../stage/use-size.ts';
import { useZoomGestures } from '../stage/use-zoom-gestures.ts';
import { useApp } from '../store-context.tsx';

interface FigureBoxProps {
  /** What is drawn in the box, once it has a size. */
  readonly children: (box: Size, place: Frame) => ReactNode;
  /** What lies over the image, exactly as large as it is. */
  readonly overlay?: ReactNode;
  readonly isFormer?: boolean;
}

/** The room for an image, letter-boxed or enlarged: it depends on the stage alone. */
export function FigureBox({ children, overlay, isFormer = false }: FigureBoxProps) {
  const image = useApp(selectedImage);
  const viewport = useApp(viewportOf);
  const tool = useApp(({ stage }) => stage.tool);
  const ref = useRef<HTMLDivElement>(null);
  const [watch, box] = useSize();
  const [width, height] = [image?.width ?? 0, image?.height ?? 0];
  const size = useMemo(() => (width > 0 ? { width, height } : null), [width, height]);
  const place = useMemo(() => (size && box.width > 0 && box.height > 0 ? placeInBox(size, box, viewport) : null), [size, box, viewport]);
  useZoomGestures(ref, size);
  const attach = useCallback(
    (element: HTMLDivElement | null) => {
      ref.current = element;
      watch(element);
    },
    [watch],
  );
  const lies = place && {
    '--left': `${place.left}px`,
    '--top': `${place.top}px`,
    '--width': `${place.width}px`,
    '--height': `${place.height}px`,
  };
  return (
    <div
      ref={attach}
      className="figure-box"
      style={lies ?? undefined}
      data-former={isFormer || undefined}
      data-tool={tool}
      data-enlarged={viewport.zoom > 1 || undefined}
    >
      {place && children(box, place)}
      {place && overlay}
    </div>
  );
}
