/** NumPy's own file format, version 1.0, for what `numpy.load` is to read as it is: float32, little-endian, in C order. */
import type { SaliencyMap } from '../maps/saliency-map.ts';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0] as const;
/** Magic and version, then the header's length as an unsigned 16-bit number. */
const PREFIX_BYTES = MAGIC.length + 2;
/** The data begin at a multiple of this. */
const ALIGNMENT = 64;

/** The file of an array of shape `(rows, columns)`. */
export function npyOf({ rows, columns, values }: SaliencyMap): Uint8Array<ArrayBuffer> {
  const described = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const dataStart = Math.ceil((PREFIX_BYTES + described.length + 1) / ALIGNMENT) * ALIGNMENT;
  const header = `${described.padEnd(dataStart - PREFIX_BYTES - 1)}\n`;
  const file = new Uint8Array(dataStart + values.length * Float32Array.BYTES_PER_ELEMENT);
  const view = new DataView(file.buffer);
  file.set(MAGIC);
  view.setUint16(MAGIC.length, header.length, true);
  file.set(
    Uint8Array.from(header, (letter) => letter.charCodeAt(0)),
    PREFIX_BYTES,
  );
  for (const [i, value] of values.entries()) view.setFloat32(dataStart + i * Float32Array.BYTES_PER_ELEMENT, value, true);
  return file;
}
