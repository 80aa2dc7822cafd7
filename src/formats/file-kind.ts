/** What a file is, by its content: names lie. */

export type FileKind =
  | 'hdf5'
  | 'zip'
  | 'safetensors'
  | 'json'
  | 'names'
  | 'shard'
  /** Kinds that people take for a model, with what to do instead. */
  | 'picture'
  | 'pickle'
  | 'torch-archive'
  | 'protobuf'
  | 'tflite'
  | 'web-page'
  | 'pointer'
  | 'unknown';

function starts(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, i) => bytes[at + i] === byte);
}

const PICTURES = [
  [0x89, 0x50, 0x4e, 0x47],
  [0xff, 0xd8, 0xff],
  [0x47, 0x49, 0x46, 0x38],
  [0x42, 0x4d],
] as const;

const HDF5 = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const ZIP = [0x50, 0x4b, 0x03, 0x04];
const BRACE = 0x7b;

/** What hosts hand out in place of a file: a page about it, or a note of where git keeps it. */
const IN_PLACE_OF_A_FILE: readonly (readonly [RegExp, FileKind])[] = [
  [/^\s*(<!--[\s\S]*?-->\s*)?<(!doctype html|html)\b/i, 'web-page'],
  [/^version https:\/\/git-lfs/, 'pointer'],
];

function isPicture(bytes: Uint8Array): boolean {
  const isWebp = starts(bytes, [0x52, 0x49, 0x46, 0x46]) && starts(bytes, [0x57, 0x45, 0x42, 0x50], 8);
  return isWebp || PICTURES.some((signature) => starts(bytes, signature)) || starts(bytes, [0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69], 4);
}

/** The first characters, one for each byte. */
function headOf(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(0, 256));
}

/** torch saves zip archives too, with a pickle inside; the name of the first member ends in `data.pkl`. */
function isTorchArchive(bytes: Uint8Array): boolean {
  return /(data\.pkl|\.format_version|byteorder)/.test(headOf(bytes));
}

export function kindOfFile(name: string, bytes: Uint8Array): FileKind {
  if (starts(bytes, HDF5)) return 'hdf5';
  if (starts(bytes, ZIP)) return isTorchArchive(bytes) ? 'torch-archive' : 'zip';
  // A shard is nothing but numbers, which may begin like anything.
  if (/\.bin$/i.test(name)) return 'shard';
  if (isPicture(bytes)) return 'picture';
  if (starts(bytes, [0x54, 0x46, 0x4c, 0x33], 4)) return 'tflite';
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
