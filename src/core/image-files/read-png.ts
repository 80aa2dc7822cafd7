/** A PNG whose values a browser would not give as they are: 16 bits, or transparent. */
import { convertIndexedToRgb, type DecodedPng, decode } from 'fast-png';
import { bitsOf, toEightBits } from '../images/sixteen-bits.ts';
import { type Chunk, orientationInChunks, pngChunks } from './image-chunks.ts';
import { cutShort, damaged, ImageFault } from './image-fault.ts';
import type { ReadImage, ReadOptions } from './image-reader.ts';
import { upright } from './orientation.ts';

/** What the pixels depend on. Profiles and gamma are left out: training code does not read them either. */
const NEEDED = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Deflate unpacks to no more than this many times its length. */
const GREATEST_EXPANSION = 1032;

function onlyNeeded(bytes: Uint8Array, chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.filter(({ type }) => NEEDED.has(type)).map(({ at, content }) => bytes.subarray(at - 4, at + 8 + content.length));
  const result = new Uint8Array(8 + parts.reduce((sum, part) => sum + part.length, 0));
  result.set(bytes.subarray(0, 8));
  let to = 8;
  for (const part of parts) {
    result.set(part, to);
    to += part.length;
  }
  return result;
}

/** @throws ImageFault for an image that is too large, or larger than its file can hold */
function checkClaims(chunks: readonly Chunk[], maxPixels: number): void {
  const header = chunks.find(({ type }) => type === 'IHDR')?.content;
  if (header?.length !== 13) throw damaged('its size is missing');
  if (!chunks.some(({ type }) => type === 'IEND')) throw cutShort();
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  if (width < 1 || height < 1) throw damaged('its size is missing');
  if (width * height > maxPixels)
    throw new ImageFault(`has ${width} × ${height} pixels, more than a browser can draw; please make it smaller`);
  const packed = chunks.reduce((sum, { type, content }) => sum + (type === 'IDAT' ? content.length : 0), 0);
  if (width * height > packed * GREATEST_EXPANSION) throw cutShort();
}

/** RGBA of eight bits; a palette's colours have been looked up. */
function rgbaOf(png: DecodedPng, stretchedBits: number | null): { readonly data: Uint8ClampedArray; readonly usedBits: number } {
  const { width, height, depth, transparency } = png;
  const values = png.palette ? convertIndexedToRgb(png) : png.data;
  const channels = values.length / (width * height);
  const hasAlpha = channels === 2 || channels === 4;
  const colours = hasAlpha ? channels - 1 : channels;
  const eight = toEightBits(depth, depth === 16 ? stretchedBits : null);
  const eightOfAlpha = toEightBits(depth, null);
  const data = new Uint8ClampedArray(width * height * 4);
  let used = 0;
  for (let from = 0, to = 0; to < data.length; from += channels, to += 4) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[from + (colours === 1 ? 0 : channel)] ?? 0;
      used |= value;
      data[to + channel] = eight[value] ?? 0;
    }
    // One colour may stand for "nothing".
    const isNothing = transparency?.length === colours && transparency.every((value, channel) => value === values[from + channel]);
    data[to + 3] = isNothing ? 0 : hasAlpha ? (eightOfAlpha[values[from + colours] ?? 0] ?? 255) : 255;
  }
  return { data, usedBits: bitsOf(used) };
}

/** @throws ImageFault */
export function readPng(bytes: Uint8Array, { maxPixels, stretchedBits }: ReadOptions): ReadImage {
  const chunks = pngChunks(bytes);
  checkClaims(chunks, maxPixels);
  let png: DecodedPng;
  try {
    png = decode(onlyNeeded(bytes, chunks));
  } catch (cause) {
    throw new ImageFault(damaged('it cannot be unpacked').message, { cause });
  }
  const { width, height, depth } = png;
  const { data, usedBits } = rgbaOf(png, stretchedBits);
  return {
    ...upright({ width, height, data }, orientationInChunks(chunks)),
    depth: depth === 16 ? { bits: 16, usedBits } : null,
    remark: '',
  };
}
