/**
 * The heaps in which HDF5 keeps texts. The library takes them as they are: where a length in one is damaged, it goes round in circles for ever.
 * https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html, III.E. Disk Format: Global Heap
 */

/** `GCOL`, version 1, and three bytes that are always zero. */
const SIGNATURE = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0] as const;

/** Heaps begin at a multiple of this, as everything does in the files that h5py writes. */
const PLACE_BYTES = 8;

/** Of a heap and of each object in it alike. */
const HEAD_BYTES = 16;

function isHeap(file: Uint8Array, at: number): boolean {
  return SIGNATURE.every((byte, i) => file[at + i] === byte);
}

/** What an object takes with its head; free space, whose number is zero, has its head counted in. */
function objectBytes(view: DataView, at: number): number {
  const bytes = Number(view.getBigUint64(at + 8, true));
  return view.getUint16(at, true) === 0 ? bytes : HEAD_BYTES + Math.ceil(bytes / 8) * 8;
}

/** Whether the objects of a heap fill it, one after the other. */
function isSound(view: DataView, start: number): boolean {
  if (start + HEAD_BYTES > view.byteLength) return false;
  const end = start + Number(view.getBigUint64(start + 8, true));
  if (end > view.byteLength) return false;
  // What is left at the end may be too short for a head.
  for (let at = start + HEAD_BYTES, bytes = 0; at + HEAD_BYTES <= end; at += bytes) {
    bytes = objectBytes(view, at);
    if (bytes < HEAD_BYTES || at + bytes > end) return false;
  }
  return true;
}

/** Whether the library can go through all heaps of the file. */
export function areHeapsSound(file: Uint8Array): boolean {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = 0; at < file.length; at += PLACE_BYTES) {
    if (file[at] === SIGNATURE[0] && isHeap(file, at) && !isSound(view, at)) return false;
  }
  return true;
}
