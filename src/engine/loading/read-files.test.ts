import { describe, expect, it } from 'vitest';
import { pickle } from '../../formats/testing/torch/pickle-writer.ts';
import { resNetTensors, stateDict, storagesOf, torchArchive, torchFile } from '../../formats/testing/torch/torch-files.ts';
import type { LoadProgress } from '../../protocol/engine.ts';
import { readFiles } from './read-files.ts';

/** A file that is only read part by part, and keeps account of it. */
class WatchedFile extends File {
  readonly parts: number[] = [];

  override slice(start = 0, end = this.size): Blob {
    this.parts.push(end - start);
    return super.slice(start, end);
  }

  override stream(): never {
    throw new Error('the whole file is read');
  }

  override arrayBuffer(): never {
    throw new Error('the whole file is read');
  }
}

describe('the files that a person gave', () => {
  it('are read by ranges where their kind may be much larger than what is read of it', async () => {
    const tensors = resNetTensors();
    // Of an optimizer, or anything else.
    const others = { others: new Uint8Array(8_000_000) };
    const file = new WatchedFile([torchArchive(pickle(stateDict(tensors)), { ...storagesOf(tensors), ...others })], 'net.pth');
    const reports: LoadProgress[] = [];
    const { artifacts } = await readFiles({ files: [file] }, (progress) => reports.push(progress));
    expect(artifacts.weights.length).toBeGreaterThan(20);
    expect(file.parts.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(file.size / 2);
    expect(reports.length).toBeGreaterThan(2);
    for (const { loadedBytes, totalBytes } of reports) {
      expect(totalBytes).toBe(file.size);
      expect(loadedBytes).toBeLessThanOrEqual(totalBytes);
    }
  });

  it('are told of in one sentence where they can no longer be read', async () => {
    class MovedFile extends File {
      override slice(): never {
        throw new DOMException('A requested file or directory could not be found', 'NotFoundError');
      }
    }
    const file = new MovedFile([torchFile(resNetTensors())], 'net.pth');
    await expect(readFiles({ files: [file] }, () => {})).rejects.toMatchObject({
      code: 'model-file-broken',
      message: 'The file net.pth could not be read; please choose it again.',
    });
  });
});
