/** Reads the pictures that browsers do not read, or not with all that is in them. */
import type { ReadOptions, ReadPicture } from './picture-reader.ts';

/** @throws PictureFault */
export async function readPicture(bytes: Uint8Array<ArrayBuffer>, options: ReadOptions): Promise<ReadPicture> {
  // Each reader is downloaded when the first picture of its kind is given.
  if (bytes[0] === 0x89) return (await import('./read-png.ts')).readPng(bytes, options);
  return (await import('./read-tiff.ts')).readTiff(bytes, options);
}
