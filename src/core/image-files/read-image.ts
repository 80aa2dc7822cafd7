/** Reads the images that browsers do not read, or not with all that is in them. */
import type { ReadImage, ReadOptions } from './image-reader.ts';

/** @throws ImageFault */
export async function readImage(bytes: Uint8Array<ArrayBuffer>, options: ReadOptions): Promise<ReadImage> {
  // Each reader is downloaded when the first image of its kind is given.
  if (bytes[0] === 0x89) return (await import('./read-png.ts')).readPng(bytes, options);
  return (await import('./read-tiff.ts')).readTiff(bytes, options);
}
