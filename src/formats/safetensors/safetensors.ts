/**
 * safetensors: a length (8 bytes, little-endian), a JSON header that gives each tensor's dtype, shape and place, then the tensors.
 * https://huggingface.co/docs/safetensors
 */
import { AppError } from '../../core/app-error.ts';
import { asArray, asObject, parseJson } from '../json.ts';
import { type Json, sizeOfShape } from '../network/artifacts.ts';
import { BFLOAT16, type ElementType, FLOAT16, FLOAT32, FLOAT64, floatsOf } from '../network/element-type.ts';
import type { NamedTensor } from '../network/named-tensor.ts';

/** By safetensors' names. */
const FLOAT_TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['F64', FLOAT64],
  ['F32', FLOAT32],
  ['F16', FLOAT16],
  ['BF16', BFLOAT16],
]);

/** A tensor as the header describes it. */
interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** Null where it is no description of a tensor. */
function entryOf(name: string, json: Json): Entry | null {
  const { dtype, shape, data_offsets: offsets } = asObject(json) ?? {};
  const [start, end, ...rest] = asArray(offsets);
  const isWhole =
    typeof dtype === 'string' && Array.isArray(shape) && shape.every(isCount) && isCount(start) && isCount(end) && rest.length === 0;
  return isWhole ? { name, dtype, shape: shape.map(Number), start, end } : null;
}

/** The first tensor that does not begin where the one before ends: by the format's rules they fill the file without gaps. */
function misplaced(entries: readonly Entry[], bytes: number): string | null {
  let at = 0;
  for (const { name, start, end } of entries.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== at || end < start || end > bytes) return name;
    at = end;
  }
  return at === bytes ? null : (entries.at(-1)?.name ?? '');
}

/** The names of the tensors, from the beginning of a file; null where that is too little, or none of this format. */
export function namesInHead(bytes: Uint8Array): readonly string[] | null {
  if (bytes.byteLength < 8) return null;
  const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (headerBytes > bytes.byteLength - 8) return null;
  try {
    const header = asObject(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes))));
    return header && Object.keys(header).filter((name) => name !== '__metadata__');
  } catch {
    return null;
  }
}

/**
 * All floating-point tensors of a file, as float32; whole numbers (such as torch's batch counters) are left out.
 *
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file and, where it is known, the tensor
 */
export function readSafetensors(fileName: string, file: Uint8Array): Map<string, NamedTensor> {
  const broken = (what: string) => new AppError('model-file-broken', `The file ${fileName} ${what}; please get it again.`);
  if (file.byteLength < 8) throw broken('is too short for safetensors');
  const headerBytes = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  if (!(headerBytes <= file.byteLength - 8)) throw broken('is no safetensors file, or is cut short');
  const text = new TextDecoder().decode(file.subarray(8, 8 + headerBytes));
  const header = asObject(parseJson(fileName, text, `The header of ${fileName}`));
  if (!header) throw broken('has no header of tensors');
  const body = file.subarray(8 + headerBytes);

  const entries = Object.entries(header).flatMap(([name, json]): Entry[] => {
    if (name === '__metadata__') return [];
    const entry = entryOf(name, json);
    if (!entry) throw broken(`describes the tensor ${name} without kind, shape or place`);
    return [entry];
  });
  const wrong = misplaced(entries, body.byteLength);
  if (wrong !== null) throw broken(`is cut short or wrong at the tensor ${wrong}`);

  const tensors = new Map<string, NamedTensor>();
  for (const { name, dtype, shape, start, end } of entries) {
    if (/^([IU]\d+|BOOL)$/.test(dtype)) continue;
    const element = FLOAT_TYPES.get(dtype);
    if (!element) {
      throw new AppError(
        'model-unsupported',
        `In ${fileName} the tensor ${name} is stored as ${dtype}; please save it as F16, BF16, F32 or F64.`,
      );
    }
    if (end - start !== sizeOfShape(shape) * element.bytes) throw broken(`is cut short or wrong at the tensor ${name}`);
    tensors.set(name, { shape, values: floatsOf(element, body.subarray(start, end)), source: name });
  }
  return tensors;
}
