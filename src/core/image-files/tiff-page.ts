/** What a page of a TIFF file holds, and how it is cut into strips or tiles: checked before room is made for it. */
import { cutShort, damaged, ImageFault } from './image-fault.ts';
import { checkCompression, greatestExpansion, JPEG } from './tiff-blocks.ts';
import { orientationIn, type TiffFile } from './tiff-directory.ts';

export type Photometric = 'white-is-zero' | 'grey' | 'rgb' | 'palette' | 'cmyk' | 'ycbcr';

const PHOTOMETRICS: Readonly<Record<number, Photometric>> = {
  0: 'white-is-zero',
  1: 'grey',
  2: 'rgb',
  3: 'palette',
  5: 'cmyk',
  6: 'ycbcr',
};
/** How many samples a colour takes. */
export const COLOURS: Readonly<Record<Photometric, number>> = { 'white-is-zero': 1, grey: 1, rgb: 3, palette: 1, cmyk: 4, ycbcr: 3 };

export interface TiffPage {
  readonly width: number;
  readonly height: number;
  /** EXIF's, 1 to 8. */
  readonly orientation: number;
  readonly photometric: Photometric;
  readonly compression: number;
  /** Of each sample, 1 to 16. */
  readonly bits: number;
  readonly samples: number;
  /** Where transparency is among the samples; null for none. `isMultiplied`: the colours were multiplied by it. */
  readonly alpha: { readonly sample: number; readonly isMultiplied: boolean } | null;
  readonly isPlanar: boolean;
  readonly isPredicted: boolean;
  /** Bytes whose lowest bit comes first. */
  readonly isReversed: boolean;
  /** `[3, colours]` of 16 bits; empty where there is none. */
  readonly palette: readonly number[];
  readonly jpegTables: Uint8Array | null;
  readonly block: { readonly width: number; readonly height: number; readonly isTile: boolean };
  readonly blocksAcross: number;
  readonly blocksDown: number;
  /** Where each block's bytes lie: `[planes, blocksDown, blocksAcross]`. */
  readonly blocks: readonly { readonly from: number; readonly bytes: number }[];
}

function alphaOf(extra: readonly number[], colours: number, samples: number): TiffPage['alpha'] {
  const [kind = 0] = extra;
  if (samples <= colours || (kind !== 1 && kind !== 2)) return null;
  return { sample: colours, isMultiplied: kind === 1 };
}

/** @throws ImageFault for a kind of samples that is no image of 8 or 16 bits */
function checkSamples(bits: readonly number[], formats: readonly number[], photometric: Photometric, compression: number): number {
  const [first = 1] = bits;
  if (formats.includes(3))
    throw new ImageFault(
      'holds floating-point values, which nothing says how to turn into an image; please save it with 8 or 16 bits for each channel',
    );
  if (formats.includes(2)) throw new ImageFault('holds signed numbers; please save it with 8 or 16 unsigned bits for each channel');
  if (bits.some((other) => other !== first) || first < 1 || first > 16)
    throw new ImageFault(`has ${bits.join(', ')} bits for its channels; please save it with 8 or 16 bits for each`);
  const isConverted = photometric === 'ycbcr' || photometric === 'cmyk';
  if ((compression === JPEG || isConverted) && first !== 8)
    throw new ImageFault(`has ${first} bits in a form that is read with 8 only; please save it as RGB`);
  return first;
}

/** @throws ImageFault for blocks that are not there, or cannot hold what the page claims */
function blocksOf(offsets: readonly number[], counts: readonly number[], wanted: number, file: TiffFile): TiffPage['blocks'] {
  if (!(wanted >= 1 && offsets.length >= wanted && counts.length >= wanted)) throw damaged('parts of its image are missing');
  return Array.from({ length: wanted }, (_, i) => {
    const [from = 0, bytes = 0] = [offsets[i], counts[i]];
    if (bytes === 0) throw damaged('parts of its image are missing');
    if (from + bytes > file.bytes.length) throw cutShort();
    return { from, bytes };
  });
}

/**
 * @param maxPixels more than that cannot be shown
 * @throws ImageFault
 */
export function tiffPage(file: TiffFile, at: number, maxPixels: number): TiffPage {
  const fields = file.fields(at);
  const list = (tag: number) => fields.get(tag) ?? [];
  const one = (tag: number, otherwise: number) => list(tag)[0] ?? otherwise;

  const [width, height] = [one(256, 0), one(257, 0)];
  if (width < 1 || height < 1) throw damaged('its size is missing');
  if (width * height > maxPixels)
    throw new ImageFault(`has ${width} × ${height} pixels, more than a browser can draw; please make it smaller`);
  const compression = one(259, 1);
  checkCompression(compression);
  const samples = one(277, 1);
  const kind = one(262, samples >= 3 ? 2 : 1);
  const photometric = PHOTOMETRICS[kind];
  if (!photometric) throw new ImageFault(`keeps colours in a way that is not read here (${kind}); please save it as RGB`);
  const colours = COLOURS[photometric];
  if (samples < colours || samples > 64) throw damaged(`it has ${samples} channels`);
  const bits = checkSamples(list(258).length > 0 ? list(258) : [1], list(339), photometric, compression);
  if (photometric === 'ycbcr' && compression !== JPEG)
    throw new ImageFault('keeps YCbCr colours without JPEG, which is not read here; please save it as RGB');
  if (photometric === 'cmyk' && compression === JPEG)
    throw new ImageFault('keeps CMYK colours as JPEG, which is not read here; please save it as RGB');
  if (compression === JPEG && samples !== colours && one(284, 1) !== 2)
    throw new ImageFault('keeps further channels as JPEG, which is not read here; please save it as RGB');
  const palette = list(320);
  if (photometric === 'palette' && (bits > 8 || palette.length !== 3 * 2 ** bits)) throw damaged('its palette is missing');
  const predictor = one(317, 1);
  if (predictor > 2 || (predictor === 2 && bits !== 8 && bits !== 16))
    throw new ImageFault(`uses predictor ${predictor} with ${bits} bits, which is not read here; please save it without`);

  const isTile = fields.has(322);
  const block = isTile
    ? { width: one(322, 0), height: one(323, 0), isTile }
    : { width, height: Math.min(height, one(278, height) || height), isTile };
  if (block.width < 1 || block.height < 1 || block.width * block.height > maxPixels) throw damaged('the size of its tiles makes no sense');
  const [blocksAcross, blocksDown] = [Math.ceil(width / block.width), Math.ceil(height / block.height)];
  const isPlanar = one(284, 1) === 2 && samples > 1;
  const wanted = blocksAcross * blocksDown * (isPlanar ? samples : 1);
  const blocks = blocksOf(list(isTile ? 324 : 273), list(isTile ? 325 : 279), wanted, file);
  const claimed = (width * height * samples * bits) / 8;
  if (claimed > blocks.reduce((sum, { bytes }) => sum + bytes, 0) * greatestExpansion(compression)) throw cutShort();
  const tables = list(347);
  return {
    width,
    height,
    orientation: orientationIn(fields),
    photometric,
    compression,
    bits,
    samples,
    alpha: alphaOf(list(338), colours, samples),
    isPlanar,
    isPredicted: predictor === 2,
    isReversed: one(266, 1) === 2,
    palette,
    jpegTables: tables.length > 0 ? Uint8Array.from(tables) : null,
    block,
    blocksAcross,
    blocksDown,
    blocks,
  };
}
