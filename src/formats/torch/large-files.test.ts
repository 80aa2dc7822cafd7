/** Of a checkpoint as large as training leaves it, only the weights are read. */
import { describe, expect, it } from 'vitest';
import { HEAD_BYTES } from '../file-kind.ts';
import type { ByteRanges, GivenFile } from '../given-file.ts';
import { readModel } from '../read-model.ts';
import { LargeArchive } from '../testing/torch/large-archive.ts';
import { dict, int, ints, list, long, type Part, pickle, storage, text, tuple, view } from '../testing/torch/pickle-writer.ts';
import { legacyFileOf, legacyStorage, resNetTensors, stateDict, storagesOf, torchFile } from '../testing/torch/torch-files.ts';
import { readTorchWeights } from './read-checkpoint.ts';

const tensors = resNetTensors();
const weightBytes = tensors.reduce((sum, { values }) => sum + values.byteLength, 0);

/** What an optimizer keeps, in gigabytes. */
const MOMENT_BYTES = 5_000_000_000;

function moment(key: string): Part {
  const side = MOMENT_BYTES / 4;
  return view(storage(text(key), long(BigInt(side))), int(0), tuple(long(BigInt(side))), ints(1));
}

const ROOT = dict({
  optimizer: dict({ state: dict({ first: dict({ exp_avg: moment('before') }) }), param_groups: list() }),
  state_dict: stateDict(tensors),
  ema_optimizer: dict({ first: moment('after') }),
});

async function fileOf(ranges: ByteRanges): Promise<GivenFile> {
  return { name: 'last.ckpt', bytes: await ranges.read(0, Math.min(ranges.size, HEAD_BYTES)), ranges };
}

describe('a checkpoint of ten gigabytes', () => {
  it('is read where its weights are, and nowhere else', async () => {
    const weights = Object.entries(storagesOf(tensors)).map(([key, bytes]) => [`archive/data/${key}`, bytes] as const);
    const archive = new LargeArchive([
      ['archive/data.pkl', pickle(ROOT)],
      ['archive/data/before', MOMENT_BYTES],
      ...weights,
      ['archive/data/after', MOMENT_BYTES],
      ['archive/version', new Uint8Array([0x33, 0x0a])],
    ]);
    expect(archive.size).toBeGreaterThan(10e9);
    const file = await fileOf(archive);
    archive.bytesRead = 0;
    const { artifacts } = await readModel([file]);
    expect(artifacts.data.byteLength).toBeGreaterThan(weightBytes * 0.9);
    // A megabyte at a time: the directory, the pickle, and where the weights are.
    expect(archive.bytesRead).toBeLessThan(5e6);
    expect(artifacts).toEqual((await readModel([{ name: 'last.ckpt', bytes: torchFile(tensors) }])).artifacts);
  });
});

describe('a checkpoint of the older form', () => {
  it('is read where its weights are', async () => {
    const count = 20_000_000;
    const of = (key: string) => storage(text(key), int(count));
    const root = dict({
      optimizer: dict({ exp_avg: view(of('m'), int(0), ints(count), ints(1)) }),
      w: view(of('w'), int(5), ints(2), ints(1)),
    });
    const numbers = new Uint8Array(4 * count);
    new Float32Array(numbers.buffer).set([1.5, -2], 5);
    const storages = [legacyStorage(new Uint8Array(4 * count)), legacyStorage(numbers)];
    const bytes = legacyFileOf({ root, keys: list(text('m'), text('w')), storages });
    let bytesRead = 0;
    const ranges: ByteRanges = {
      size: bytes.length,
      read: async (start, end) => {
        bytesRead += end - start;
        return bytes.slice(start, end);
      },
    };
    const { tensors: found } = await readTorchWeights(await fileOf(ranges), () => {});
    expect(found.get('w')?.values).toEqual(new Float32Array([1.5, -2]));
    expect([...found.keys()]).toEqual(['w']);
    expect(bytesRead).toBeLessThan(4e6);
  });
});
