/** Images made on the spot. */
import sharp from 'sharp';
import type { GivenFile } from './app.ts';

/** Soft coloured blotches, different for each seed. */
export async function blotches(width: number, height: number, seed = 1): Promise<Buffer> {
  const small = Buffer.from(Array.from({ length: 5 * 4 * 3 }, (_, i) => (Math.imul(i + 7, 2654435761 + seed * 97) >>> 24) & 255));
  return sharp(small, { raw: { width: 5, height: 4, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .png()
    .toBuffer();
}

export async function png(name: string, width: number, height: number, seed = 1): Promise<GivenFile> {
  return { name, mimeType: 'image/png', buffer: await blotches(width, height, seed) };
}

export async function jpeg(name: string, width: number, height: number): Promise<GivenFile> {
  return {
    name,
    mimeType: 'image/jpeg',
    buffer: await sharp(await blotches(width, height))
      .jpeg()
      .toBuffer(),
  };
}
