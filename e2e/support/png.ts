/** PNG files of kinds that canvases do not write. */
import { crc32, deflateSync } from 'node:zlib';

/** A PNG with one more chunk after its header. */
export function withChunk(png: Buffer, type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(content.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([png.subarray(0, 33), ends.subarray(0, 4), body, ends.subarray(4), png.subarray(33)]);
}

/** A grey PNG of 16 bits, from its values. */
export function grey16(width: number, height: number, valueAt: (pixel: number) => number): Buffer {
  const rows = Array.from({ length: height }, (_, row) => {
    const line = Buffer.alloc(1 + width * 2);
    for (let column = 0; column < width; column++) line.writeUInt16BE(valueAt(row * width + column), 1 + column * 2);
    return line;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([16, 0, 0, 0, 0], 8);
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const part = (type: string, content: Buffer) => withChunk(Buffer.alloc(33), type, content).subarray(33);
  return Buffer.concat([start, part('IHDR', header), part('IDAT', deflateSync(Buffer.concat(rows))), part('IEND', Buffer.alloc(0))]);
}
