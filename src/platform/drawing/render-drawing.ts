/** Draws what was laid out as a drawing, with figures of one image in it, on a canvas. */
import type { Size } from '../../core/images/geometry.ts';
import { type Drawing, FONT, type Mark } from '../../core/reports/drawing.ts';
import { type AnyContext, drawGround, drawStrips, type FigureContent, pngOf, tooLittleMemory } from './render-figure.ts';

function fontOf(size: number, isBold: boolean): string {
  return `${isBold ? 'bold ' : ''}${size}px ${FONT}`;
}

let measuring: OffscreenCanvasRenderingContext2D | null = null;

export function textWidth(text: string, size: number, isBold: boolean): number {
  measuring ??= new OffscreenCanvas(1, 1).getContext('2d');
  if (!measuring) return text.length * size * 0.55;
  measuring.font = fontOf(size, isBold);
  return measuring.measureText(text).width;
}

/** An image stands on whole pixels: a map must lie where it belongs. */
async function drawImage(
  context: AnyContext,
  bitmap: ImageBitmap,
  { frame, source }: Extract<Mark<FigureContent>, { kind: 'image' }>,
  scale: number,
  hasGround: boolean,
): Promise<void> {
  const size: Size = { width: Math.max(1, Math.round(frame.width * scale)), height: Math.max(1, Math.round(frame.height * scale)) };
  context.save();
  context.setTransform(1, 0, 0, 1, Math.round(frame.left * scale), Math.round(frame.top * scale));
  if (hasGround) drawGround(context, size, bitmap, source);
  await drawStrips(context, size, source);
  context.restore();
}

function drawPlain(context: AnyContext, mark: Exclude<Mark<FigureContent>, { kind: 'image' }>): void {
  if (mark.kind === 'text') {
    context.font = fontOf(mark.size, mark.isBold);
    context.fillStyle = mark.colour;
    context.textAlign = mark.anchor === 'middle' ? 'center' : mark.anchor;
    context.fillText(mark.text, mark.x, mark.y);
    return;
  }
  const { left, top, width, height } = mark.frame;
  if (mark.kind === 'gradient') {
    const gradient = context.createLinearGradient(left, 0, left + width, 0);
    for (const [i, colour] of mark.stops.entries()) gradient.addColorStop(i / (mark.stops.length - 1), colour);
    context.fillStyle = gradient;
  } else context.fillStyle = mark.colour;
  context.fillRect(left, top, width, height);
}

/**
 * @param scale pixels for each unit of the drawing
 * @throws AppError `out-of-memory`
 */
export async function renderDrawing(bitmap: ImageBitmap, drawing: Drawing<FigureContent>, scale: number): Promise<Blob> {
  const canvas = new OffscreenCanvas(Math.round(drawing.width * scale), Math.round(drawing.height * scale));
  const context = canvas.getContext('2d');
  if (!context) throw tooLittleMemory();
  if (drawing.ground !== null) {
    context.fillStyle = drawing.ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.scale(scale, scale);
  for (const mark of drawing.marks) {
    if (mark.kind === 'image') await drawImage(context, bitmap, mark, scale, drawing.ground !== null);
    else drawPlain(context, mark);
  }
  return pngOf(canvas);
}
