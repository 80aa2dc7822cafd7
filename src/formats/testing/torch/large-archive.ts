/** Zip archives of any size that are never in memory: what is not given is zeros. */
import type { ByteRanges } from '../../given-file.ts';
import { utf8 } from '../sound-models.ts';
import { joined } from './pickle-writer.ts';

/** Its bytes, or how many zeros it has. */
type Content = Uint8Array | number;

interface Segment {
  readonly start: number;
  readonly bytes: Uint8Array;
}

function lengthOf(content: Content): number {
  return typeof content === 'number' ? content : content.length;
}

function fields(...parts: readonly (readonly [value: number, bytes: 2 | 4 | 8])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, [, width]) => sum + width, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [value, width] of parts) {
    if (width === 2) view.setUint16(at, value, true);
    else if (width === 4) view.setUint32(at, value, true);
    else view.setBigUint64(at, BigInt(value), true);
    at += width;
  }
  return bytes;
}

const ONES = 0xffffffff;

/** Without check sums, and with ZIP64's numbers throughout, as torch writes what may become large. */
export class LargeArchive implements ByteRanges {
  readonly size: number;
  readonly #segments: Segment[] = [];
  bytesRead = 0;

  constructor(members: readonly (readonly [name: string, content: Content])[]) {
    let at = 0;
    const put = (content: Content) => {
      if (typeof content !== 'number') this.#segments.push({ start: at, bytes: content });
      at += lengthOf(content);
    };
    const entries = members.map(([member, content]) => {
      const [name, length, place] = [utf8(member), lengthOf(content), at];
      // What stands in its own head may differ from the directory: torch fills up so that contents begin at multiples of 64.
      const filling = fields([0x4246, 2], [40, 2], ...Array.from({ length: 5 }, () => [0, 8] as const));
      put(
        joined(
          fields([0x04034b50, 4], [0, 2], [0, 2], [0, 2], [0, 4], [0, 4], [ONES, 4], [ONES, 4], [name.length, 2], [filling.length, 2]),
          name,
          filling,
        ),
      );
      put(content);
      const large = fields([1, 2], [24, 2], [length, 8], [length, 8], [place, 8]);
      const head = fields(
        [0x02014b50, 4],
        [0, 4],
        [0, 4],
        [0, 4],
        [0, 4],
        [ONES, 4],
        [ONES, 4],
        [name.length, 2],
        [large.length, 2],
        [0, 8],
        [0, 2],
        [ONES, 4],
      );
      return joined(head, name, large);
    });
    const directory = at;
    put(joined(...entries));
    const end = at;
    const [count, length] = [entries.length, end - directory];
    put(fields([0x06064b50, 4], [44, 8], [45, 4], [0, 8], [count, 8], [count, 8], [length, 8], [directory, 8]));
    put(fields([0x07064b50, 4], [0, 4], [end, 8], [1, 4]));
    put(fields([0x06054b50, 4], [0, 4], [0xffff, 2], [0xffff, 2], [ONES, 4], [ONES, 4], [0, 2]));
    this.size = at;
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = new Uint8Array(end - start);
    this.bytesRead += bytes.length;
    for (const segment of this.#segments) {
      const from = Math.max(start, segment.start);
      const to = Math.min(end, segment.start + segment.bytes.length);
      if (from < to) bytes.set(segment.bytes.subarray(from - segment.start, to - segment.start), from - start);
    }
    return bytes;
  }
}
