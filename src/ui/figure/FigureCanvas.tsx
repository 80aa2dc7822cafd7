import { useEffect, useRef } from 'react';
import { drawFigure, type FigureContent } from '../../platform/drawing/render-figure.ts';
import type { Image } from '../../state/images/image-state.ts';

interface FigureCanvasProps {
  readonly image: Pick<Image, 'bitmap'>;
  readonly content: FigureContent;
  /** What the figure shows, for those who do not see it. */
  readonly description: string;
  /** Of the drawing, in pixels: more than the screen shows, and no more than can be redrawn while a slider moves. */
  readonly maxSide: number;
}

export function FigureCanvas({ image, content, description, maxSide }: FigureCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    // At most one drawing per frame, however fast the settings change.
    const frame = requestAnimationFrame(() => drawFigure(canvas, image.bitmap, content, maxSide));
    return () => cancelAnimationFrame(frame);
  }, [image, content, maxSide]);
  return <canvas ref={ref} className="figure-canvas" role="img" aria-label={description} />;
}
