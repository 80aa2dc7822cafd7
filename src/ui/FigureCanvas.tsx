import { useEffect, useRef } from 'react';
import { drawFigure, type FigureContent } from '../platform/render-figure.ts';
import type { Picture } from '../state/app-state.ts';

/** More than any screen shows of one figure; keeps a redraw quick while a slider moves. */
const MAX_SIDE = 1600;

interface FigureCanvasProps {
  readonly picture: Picture;
  readonly content: FigureContent;
  /** What the figure shows, for those who do not see it. */
  readonly description: string;
}

export function FigureCanvas({ picture, content, description }: FigureCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    // At most one drawing per frame, however fast the settings change.
    const frame = requestAnimationFrame(() => drawFigure(canvas, picture.bitmap, content, MAX_SIDE));
    return () => cancelAnimationFrame(frame);
  }, [picture, content]);
  return <canvas ref={ref} className="figure-canvas" role="img" aria-label={description} />;
}
