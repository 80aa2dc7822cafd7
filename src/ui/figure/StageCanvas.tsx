import { useEffect, useRef } from 'react';
import type { Frame, Size } from '../../core/images/geometry.ts';
import type { FigureContent } from '../../platform/drawing/render-figure.ts';
import { drawOnScreen } from '../../platform/drawing/screen-figure.ts';
import type { Image } from '../../state/images/image-state.ts';

/** From one line of the hatching to the next, in CSS pixels. */
const HATCH_PERIOD = 8;

interface StageCanvasProps {
  readonly image: Image;
  readonly content: FigureContent;
  /** Cells whose values are only estimates, 1 for each; null: none. */
  readonly isEstimate: Uint8Array | null;
  /** What the figure shows, for those who do not see it. */
  readonly description: string;
  /** Of the figure's box, in CSS pixels. */
  readonly box: Size;
  /** Where the whole image lies in the box. */
  readonly place: Frame;
}

/** As many pixels as the screen has in the figure's box, whatever part of the image is in it. */
export function StageCanvas({ image, content, isEstimate, description, box, place }: StageCanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { left, top, width, height } = place;
  useEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    // At most one drawing per frame, however fast the settings change.
    const frame = requestAnimationFrame(() => {
      const ratio = devicePixelRatio;
      const size = { width: Math.max(1, Math.round(box.width * ratio)), height: Math.max(1, Math.round(box.height * ratio)) };
      const hatching = isEstimate && { isEstimate, period: Math.round(HATCH_PERIOD * ratio) };
      const inPixels = { left: left * ratio, top: top * ratio, width: width * ratio, height: height * ratio };
      drawOnScreen(canvas, { bitmap: image.bitmap, content, hatching }, { size, image: inPixels });
    });
    return () => cancelAnimationFrame(frame);
  }, [image, content, isEstimate, box, left, top, width, height]);
  const size = { inlineSize: `${box.width}px`, blockSize: `${box.height}px` };
  return <canvas ref={ref} className="figure-canvas" style={size} role="img" aria-label={description} />;
}
