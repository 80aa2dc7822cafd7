/** What a file is, by its first bytes: names lie. */
import { imageKind } from '../core/images/image-kind.ts';

export type FileKind =
  | 'hdf5'
  | 'zip'
  | 'safetensors'
  | 'json'
  | 'names'
  | 'shard'
  | 'image'
  /** Kinds that people take for a model, with what to do instead. */
  | 'pickle'
  | 'torch-archive'
  | 'protobuf'
  | 'tflite'
  | 'web-page'
  | 'pointer'
  | 'unknown';

/** How much of a file tells what it is, in bytes: HDF5 may begin after this much that belongs to somebody else. */
export const HEAD_BYTES = 1 << 16;

function starts(bytes: Uint8Array, signature: readonly number[] | string, at = 0): boolean {
  const codes = typeof signature === 'string' ? [...signature].map((letter) => letter.charCodeAt(0)) : signature;
  return codes.every((byte, i) => bytes[at + i] === byte);
}

const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const BRACE = 0x7b;

/** What hosts hand out in place of a file: a page about it, or a note of where git keeps it. */
const IN_PLACE_OF_A_FILE: readonly (readonly [RegExp, FileKind])[] = [
  [/^\s*(<!--[\s\S]*?-->\s*)?<(!doctype html|html)\b/i, 'web-page'],
  [/^version https:\/\/git-lfs/, 'pointer'],
];

/** HDF5 begins at the start, or after 512 bytes of somebody else's, or 1024, 2048 and so on. */
function isHdf5(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at = Math.max(512, at * 2)) if (starts(bytes, HDF5, at)) return true;
  return false;
}

/** The first characters, one for each byte. */
function headOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 256));
}

/** torch saves zip archives too, with a pickle inside; the name of the first member ends in `data.pkl`. */
function isTorchArchive(bytes: Uint8Array): boolean {
  return /(data\.pkl|\.format_version|byteorder)/.test(headOf(bytes));
}

/**
 * @param name counts only where the bytes say nothing, as those of texts and shards
 * @param bytes the file, or its first `HEAD_BYTES`
 */
export function kindOfFile(name: string, bytes: Uint8Array): FileKind {
  if (isHdf5(bytes)) return 'hdf5';
  if (starts(bytes, ZIP)) return isTorchArchive(bytes) ? 'torch-archive' : 'zip';
  // A shard is nothing but numbers, which may begin like anything; converters of old gave it no ending.
  if (/\.bin$|^group\d+-shard\d+of\d+\b/i.test(name)) return 'shard';
  if (imageKind(bytes)) return 'image';
  if (starts(bytes, 'TFL3', 4)) return 'tflite';
  const [, instead] = IN_PLACE_OF_A_FILE.find(([pattern]) => pattern.test(headOf(bytes))) ?? [];
  if (instead) return instead;
  if (/\.(txt|csv|tsv)$/i.test(name)) return 'names';
  // The length of a header, then the header itself, which is JSON.
  if (bytes[8] === BRACE && starts(bytes, [0, 0], 6)) return 'safetensors';
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) <= 5 && !/\.(h5|hdf5|keras|json|safetensors)$/i.test(name)) return 'pickle';
  if (/\.(pb|onnx)$/i.test(name)) return 'protobuf';
  if (/\.safetensors$/i.test(name)) return 'safetensors';
  if (/\.(h5|hdf5)$/i.test(name)) return 'hdf5';
  if (/\.keras$/i.test(name)) return 'zip';
  return /\.json$/i.test(name) || /^(ï»¿)?\s*[[{]/.test(headOf(bytes)) ? 'json' : 'unknown';
}
