/** What a TensorFlow checkpoint's `.index` says: which tensor lies where in which shard. */
import { AppError } from '../../core/app-error.ts';
import { faultOf } from '../fault.ts';
import { Message } from '../protobuf/message.ts';
import { readTable } from './table.ts';

/** Where a tensor lies, as the index claims. */
export interface BundleEntry {
  readonly key: string;
  /** TensorFlow's number for the kind of its values. */
  readonly dtype: number;
  readonly shape: readonly number[];
  readonly shard: number;
  readonly offset: number;
  /** In bytes. */
  readonly size: number;
  /** Masked. */
  readonly sum: number;
  /** Stored in several pieces, under names of their own. */
  readonly isSliced: boolean;
}

export interface CheckpointIndex {
  readonly shardCount: number;
  readonly entries: ReadonlyMap<string, BundleEntry>;
}

/** TensorFlow writes the number into five digits. */
const MAX_SHARDS = 99_999;

/** `BundleHeaderProto`. */
const HEADER = { shardCount: 1, endianness: 2 } as const;
const BIG_ENDIAN = 1;

/** `BundleEntryProto`, and what a `TensorShapeProto` says of each side. */
const ENTRY = { dtype: 1, shape: 2, shard: 3, offset: 4, size: 5, sum: 6, slices: 7 } as const;
const SHAPE = { side: 2, size: 1 } as const;

function entryOf(key: string, bytes: Uint8Array): BundleEntry {
  const message = new Message(bytes);
  const sides = message.message(ENTRY.shape)?.messages(SHAPE.side) ?? [];
  return {
    key,
    dtype: message.number(ENTRY.dtype) ?? 0,
    shape: sides.map((side) => side.number(SHAPE.size) ?? 0),
    shard: message.number(ENTRY.shard) ?? 0,
    offset: message.number(ENTRY.offset) ?? 0,
    size: message.number(ENTRY.size) ?? 0,
    sum: message.number(ENTRY.sum) ?? 0,
    isSliced: message.has(ENTRY.slices),
  };
}

function parsed(bytes: Uint8Array): CheckpointIndex & { readonly isBigEndian: boolean } {
  const table = readTable(bytes);
  const header = table.get('');
  if (!header) throw new Error('it lacks its header');
  table.delete('');
  const message = new Message(header);
  const shardCount = message.number(HEADER.shardCount) ?? 0;
  if (shardCount < 1 || shardCount > MAX_SHARDS) throw new Error(`it names ${shardCount} shards`);
  const entries = new Map([...table].map(([key, value]) => [key, entryOf(key, value)]));
  const stray = [...entries.values()].find(({ shard }) => shard >= shardCount);
  if (stray) throw new Error(`a tensor lies in shard ${stray.shard + 1} of ${shardCount}`);
  return { shardCount, entries, isBigEndian: message.number(HEADER.endianness) === BIG_ENDIAN };
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export function readIndex(fileName: string, bytes: Uint8Array): CheckpointIndex {
  let index: ReturnType<typeof parsed>;
  try {
    index = parsed(bytes);
  } catch (cause) {
    throw new AppError(
      'model-file-broken',
      `The file ${fileName} is no sound index of a TensorFlow checkpoint (${faultOf(cause)}); please get it again.`,
      { cause },
    );
  }
  if (index.isBigEndian) {
    throw new AppError(
      'model-unsupported',
      `The checkpoint ${fileName} was written on a machine whose bytes stand the other way round; please save the model as .keras.`,
    );
  }
  if (index.entries.size === 0)
    throw new AppError('model-file-broken', `The checkpoint ${fileName} holds no tensors; please save the weights again.`);
  return index;
}
