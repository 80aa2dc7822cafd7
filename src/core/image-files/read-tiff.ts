/** The first page of a TIFF file as pixels. */

import { bitsOf, toEightBits } from '../images/sixteen-bits.ts';
import { unpremultiplied } from '../images/transparency.ts';
import { withoutInk } from './cmyk.ts';
import { damaged, ImageFault } from './image-fault.ts';
import type { ReadImage, ReadOptions } from './image-reader.ts';
import { upright } from './orientation.ts';
import { JPEG, unpacked } from './tiff-blocks.ts';
import { TiffFile } from './tiff-directory.ts';
import { COLOURS, type TiffPage, tiffPage } from './tiff-page.ts';

type Samples = Uint8Array | Uint16Array;

/** One sample of each pixel of a block: where the first one is. */
interface Plane {
  readonly values: Samples;
  readonly first: number;
}

/** A block's samples, and how far it is to the next pixel's and to the next row's. */
interface Block {
  readonly planes: readonly Plane[];
  readonly step: number;
  readonly rowStep: number;
}

const REVERSED = Uint8Array.from({ length: 256 }, (_, byte) => {
  let reversed = 0;
  for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) reversed |= 0x80 >> bit;
  return reversed;
});

/** Packed bits as one value for each sample; every row begins with a new byte. */
function samplesOf(bytes: Uint8Array, bits: number, perRow: number, rows: number, isLittleEndian: boolean): Samples {
  if (bits === 8) return bytes;
  if (bits === 16) {
    const [low, high] = isLittleEndian ? [0, 1] : [1, 0];
    const values = new Uint16Array(perRow * rows);
    for (let i = 0; i < values.length; i++) values[i] = (bytes[2 * i + low] ?? 0) | ((bytes[2 * i + high] ?? 0) << 8);
    return values;
  }
  const rowBytes = Math.ceil((perRow * bits) / 8);
  const values = new Uint16Array(perRow * rows);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < perRow; i++) {
      const bit = i * bits;
      const at = row * rowBytes + (bit >> 3);
      const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
      values[row * perRow + i] = (three >> (24 - bits - (bit & 7))) & (2 ** bits - 1);
    }
  }
  return values;
}

/** Each sample was kept as the difference to the one before it in its row. */
function undoPredictor(values: Samples, perRow: number, rows: number, step: number): Samples {
  const result = values.slice();
  for (let row = 0; row < rows; row++)
    for (let i = row * perRow + step; i < (row + 1) * perRow; i++) result[i] = (result[i] ?? 0) + (result[i - step] ?? 0);
  return result;
}

/** Whether the colours of a JPEG are YCbCr does not stand in the block, but in the page: Adobe's marker says it to every decoder. */
function wholeJpeg(block: Uint8Array, { jpegTables, photometric }: TiffPage): Uint8Array<ArrayBuffer> {
  const tables = jpegTables ? jpegTables.subarray(2, -2) : new Uint8Array();
  const isYcbcr = photometric === 'ycbcr' ? 1 : 0;
  const adobe =
    photometric === 'grey' || photometric === 'white-is-zero'
      ? []
      : [0xff, 0xee, 0, 14, 65, 100, 111, 98, 101, 0, 100, 0, 0, 0, 0, isYcbcr];
  const result = new Uint8Array(2 + adobe.length + tables.length + block.length - 2);
  result.set([0xff, 0xd8, ...adobe]);
  result.set(tables, 2 + adobe.length);
  result.set(block.subarray(2), 2 + adobe.length + tables.length);
  return result;
}

/** The samples of one block, unpacked. */
async function readBlock(file: TiffFile, page: TiffPage, index: number, rows: number, options: ReadOptions): Promise<Block> {
  const { block, bits, samples, isPlanar, compression } = page;
  const inBlock = isPlanar ? 1 : samples;
  const perRow = block.width * inBlock;
  const planes: Plane[] = [];
  let [step, rowStep] = [inBlock, perRow];
  for (let plane = 0; plane < samples; plane += inBlock) {
    options.onProgress();
    const { from, bytes } = page.blocks[plane * page.blocksAcross * page.blocksDown + index] ?? { from: 0, bytes: 0 };
    const packed = file.bytes.subarray(from, from + bytes);
    let values: Samples;
    if (compression === JPEG) {
      const jpeg = await options.decodeJpeg(wholeJpeg(packed, page));
      if (jpeg.width < block.width || jpeg.height < rows) throw damaged('a part of its image is too small');
      values = new Uint8Array(jpeg.data.buffer);
      [step, rowStep] = [4, jpeg.width * 4];
    } else {
      const ordered = page.isReversed ? packed.map((byte) => REVERSED[byte] ?? 0) : packed;
      const raw = unpacked(ordered, compression, Math.ceil((perRow * bits) / 8) * rows);
      const read = samplesOf(raw, bits, perRow, rows, file.isLittleEndian);
      values = page.isPredicted ? undoPredictor(read, perRow, rows, inBlock) : read;
    }
    for (let sample = 0; sample < inBlock; sample++) planes.push({ values, first: sample });
  }
  return { planes, step, rowStep };
}

/** From stored values to red, green, blue, of eight bits. */
type Painter = (planes: readonly Plane[], at: number, result: Uint8ClampedArray, to: number) => void;

function valueAt(planes: readonly Plane[], sample: number, at: number): number {
  const plane = planes[sample];
  return plane ? (plane.values[plane.first + at] ?? 0) : 0;
}

function painterOf({ photometric, bits, palette }: TiffPage, eight: Uint8Array): Painter {
  if (photometric === 'palette') {
    const count = 2 ** bits;
    // Some programs write colours of eight bits where sixteen belong.
    const shift = palette.some((colour) => colour > 255) ? 8 : 0;
    return (planes, at, result, to) => {
      const index = valueAt(planes, 0, at);
      for (let channel = 0; channel < 3; channel++) result[to + channel] = (palette[channel * count + index] ?? 0) >> shift;
    };
  }
  if (photometric === 'cmyk')
    return (planes, at, result, to) => {
      const key = valueAt(planes, 3, at);
      for (let channel = 0; channel < 3; channel++) result[to + channel] = withoutInk(valueAt(planes, channel, at), key);
    };
  const isGrey = photometric === 'grey' || photometric === 'white-is-zero';
  const inverted = photometric === 'white-is-zero' ? eight.map((own) => 255 - own) : eight;
  return (planes, at, result, to) => {
    for (let channel = 0; channel < 3; channel++) result[to + channel] = inverted[valueAt(planes, isGrey ? 0 : channel, at)] ?? 0;
  };
}

const SUBFILE_TYPE = 254;
/** A smaller copy of another page, or its mask. */
const NO_IMAGE = 1 | 4;
const DNG_VERSION = 50706;

/** The pages that are images of their own. Raw files of cameras have the same form, with nothing but a preview where the image would be. */
function imagesIn(file: TiffFile): number[] {
  const [first = 0, ...others] = file.pages();
  const pages = [{ at: first, fields: file.fields(first) }];
  for (const at of others) {
    try {
      pages.push({ at, fields: file.fields(at) });
    } catch {
      // A page behind the first that is broken costs nothing but itself.
    }
  }
  const images = pages.filter(({ fields }) => ((fields.get(SUBFILE_TYPE)?.[0] ?? 0) & NO_IMAGE) === 0 && !fields.has(DNG_VERSION));
  if (images.length > 0) return images.map(({ at }) => at);
  throw new ImageFault('holds no image but a preview, as raw files of cameras do; please convert it to TIFF, PNG or JPEG');
}

/** What is in the file and not in the image. */
function remarkOn({ photometric, samples, alpha }: TiffPage, pages: number): string {
  const left = samples - COLOURS[photometric] - (alpha ? 1 : 0);
  return [
    pages > 1 ? `The first of ${pages} pages is read.` : '',
    left > 0 ? `${left === 1 ? 'One further channel is' : `${left} further channels are`} left out.` : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * The first page, upright; RGBA of eight bits.
 *
 * @throws ImageFault
 */
export async function readTiff(bytes: Uint8Array, options: ReadOptions): Promise<ReadImage> {
  const file = new TiffFile(bytes);
  const pages = imagesIn(file);
  const page = tiffPage(file, pages[0] ?? 0, options.maxPixels);
  const { width, height, block, alpha, bits } = page;
  const data = new Uint8ClampedArray(width * height * 4);
  const eight = toEightBits(bits, bits === 16 ? options.stretchedBits : null);
  // Transparency uses the whole range, however dark the image is.
  const eightOfAlpha = toEightBits(bits, null);
  const paint = painterOf(page, eight);
  const colours = page.photometric === 'rgb' ? 3 : 1;
  let used = 0;
  for (let down = 0; down < page.blocksDown; down++) {
    const top = down * block.height;
    const rows = Math.min(block.height, height - top);
    for (let across = 0; across < page.blocksAcross; across++) {
      const left = across * block.width;
      const columns = Math.min(block.width, width - left);
      const { planes, step, rowStep } = await readBlock(
        file,
        page,
        down * page.blocksAcross + across,
        block.isTile ? block.height : rows,
        options,
      );
      for (let row = 0; row < rows; row++) {
        let at = row * rowStep;
        let to = ((top + row) * width + left) * 4;
        for (let column = 0; column < columns; column++, at += step, to += 4) {
          paint(planes, at, data, to);
          data[to + 3] = alpha ? (eightOfAlpha[valueAt(planes, alpha.sample, at)] ?? 255) : 255;
          if (bits === 16) for (let sample = 0; sample < colours; sample++) used |= valueAt(planes, sample, at);
        }
      }
    }
  }
  if (alpha?.isMultiplied) unpremultiplied(data);
  const depth = bits === 16 ? { bits, usedBits: bitsOf(used) } : null;
  return { ...upright({ width, height, data }, page.orientation), depth, remark: remarkOn(page, pages.length) };
}
