/** Small files of PyTorch's in the forms that it has had, around any pickle. */
import { zipOf } from '../sound-models.ts';
import { valuesOf } from '../sound-network.ts';
import type { TorchTensor } from '../sound-safetensors.ts';
import { dict, int, joined, list, long, type Part, pickle, TRUE, tensor, text, uint64 } from './pickle-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A small ResNet of four basic blocks. */
export function resNetTensors(classes = 3): TorchTensor[] {
  const tensors: TorchTensor[] = [];
  const add = (name: string, shape: readonly number[]) => tensors.push({ name, shape, values: valuesOf(shape) });
  const norm = (name: string, channels: number) => {
    for (const own of ['weight', 'bias', 'running_mean', 'running_var']) add(`${name}.${own}`, [channels]);
  };
  add('conv1.weight', [4, 3, 7, 7]);
  norm('bn1', 4);
  let channels = 4;
  for (const [i, width] of [4, 5, 6, 8].entries()) {
    const block = `layer${i + 1}.0`;
    add(`${block}.conv1.weight`, [width, channels, 3, 3]);
    norm(`${block}.bn1`, width);
    add(`${block}.conv2.weight`, [width, width, 3, 3]);
    norm(`${block}.bn2`, width);
    if (width !== channels) {
      add(`${block}.downsample.0.weight`, [width, channels, 1, 1]);
      norm(`${block}.downsample.1`, width);
    }
    channels = width;
  }
  add('fc.weight', [classes, channels]);
  add('fc.bias', [classes]);
  return tensors;
}

export function stateDict(tensors: readonly TorchTensor[]): Part {
  return dict(tensors.map(({ name, shape }, i) => [name, tensor(String(i), shape)]));
}

function contentOf({ values }: TorchTensor): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** A zip archive with this pickle, and the tensors' storages beside it. @param others further files, by their paths */
export function torchArchive(
  content: Uint8Array,
  storages: Readonly<Record<string, Uint8Array>>,
  level: 0 | 9 = 0,
  others: Readonly<Record<string, string>> = {},
): Bytes {
  const data = Object.entries(storages).map(([key, bytes]) => [`archive/data/${key}`, bytes]);
  const programs = Object.entries(others).map(([path, program]) => [`archive/${path}`, new TextEncoder().encode(program)]);
  return zipOf(
    { 'archive/data.pkl': content, ...Object.fromEntries([...data, ...programs]), 'archive/version': new Uint8Array([0x33, 0x0a]) },
    level,
  );
}

export function storagesOf(tensors: readonly TorchTensor[]): Record<string, Uint8Array> {
  return Object.fromEntries(tensors.map((one, i) => [String(i), contentOf(one)]));
}

/** A checkpoint of these tensors as torch saves it today. */
export function torchFile(tensors: readonly TorchTensor[]): Bytes {
  return torchArchive(pickle(stateDict(tensors)), storagesOf(tensors));
}

export const LEGACY_MARK = 0x1950a86a20f9469cfc6cn;

/** As torch writes the mark, in ten bytes. */
const MARK_PICKLE = [0x80, 2, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

export interface LegacyParts {
  readonly mark?: Part;
  readonly version?: Part;
  readonly system?: Part;
  readonly root: Part;
  /** A list. */
  readonly keys: Part;
  /** Each with its number of elements before it. */
  readonly storages?: readonly Uint8Array[];
}

/** The form before zip archives, in which any part may be another. */
export function legacyFileOf(parts: LegacyParts): Bytes {
  const { mark = MARK_PICKLE, version = int(1001), system = dict({ little_endian: TRUE }), root, keys, storages = [] } = parts;
  return joined(mark, pickle(version), pickle(system), pickle(root), pickle(keys), ...storages);
}

export function legacyStorage(bytes: Uint8Array, count = BigInt(bytes.length / 4)): Uint8Array {
  return joined(uint64(BigInt.asUintN(64, count)), bytes);
}

export function legacyFile(tensors: readonly TorchTensor[]): Bytes {
  return legacyFileOf({
    root: stateDict(tensors),
    keys: list(...tensors.map((_, i) => text(String(i)))),
    storages: tensors.map((one) => legacyStorage(contentOf(one))),
  });
}

/** The mark with another number in it. */
export function otherMark(value: bigint): Part {
  return pickle(long(value));
}
