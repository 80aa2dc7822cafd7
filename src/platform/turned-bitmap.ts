import { AppError } from '../core/app-error.ts';

/** Of EXIF's orientations 2 to 8: the matrix `[a, b, c, d]` of a canvas, and how many widths and heights the origin moves by. */
const TURNS: Readonly<Record<number, readonly [number, number, number, number, number, number]>> = {
  2: [-1, 0, 0, 1, 1, 0],
  3: [-1, 0, 0, -1, 1, 1],
  4: [1, 0, 0, -1, 0, 1],
  5: [0, 1, 1, 0, 0, 0],
  6: [0, 1, -1, 0, 1, 0],
  7: [0, -1, -1, 0, 1, 1],
  8: [0, -1, 1, 0, 0, 1],
};

/** The bitmap as EXIF's orientation says it is to be shown; the one given is closed. */
export async function turnedBitmap(bitmap: ImageBitmap, orientation: number): Promise<ImageBitmap> {
  const turn = TURNS[orientation];
  if (!turn) return bitmap;
  const [a, b, c, d, across, down] = turn;
  const isSwapped = a === 0;
  const canvas = new OffscreenCanvas(isSwapped ? bitmap.height : bitmap.width, isSwapped ? bitmap.width : bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) throw new AppError('out-of-memory', 'There is too little memory to turn the image; please close other tabs and try again.');
  context.setTransform(a, b, c, d, across * canvas.width, down * canvas.height);
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return createImageBitmap(canvas, { colorSpaceConversion: 'none' });
}
