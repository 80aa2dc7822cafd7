/** Reads the files of a model here and now: in a worker of its own in the browser, in the same thread in Node. */
import { AppError } from '../../core/app-error.ts';
import type { GivenFile } from '../../formats/given-file.ts';
import { type ReadModel, readModel } from '../../formats/read-model.ts';
import type { LoadProgress, ModelSource } from '../../protocol/engine.ts';

/** The part of a model's source that says what is read. */
export type FilesToRead = Pick<Extract<ModelSource, { kind: 'files' }>, 'files' | 'copy'>;

/** Reports bytes as files are read; then, as there is progress in what takes time after that, the same once more. */
export type ReadFiles = (source: FilesToRead, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal) => Promise<ReadModel>;

/** Part by part: a large file on a slow disk shows how far it is. @throws AppError naming the file */
async function readBytes(file: File, onPart: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(file.size);
  let at = 0;
  try {
    const reader = file.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value, at);
      at += part.value.byteLength;
      onPart(part.value.byteLength);
    }
    return bytes;
  } catch (cause) {
    // Browsers refuse a file that was changed or moved since it was chosen.
    throw new AppError('model-file-broken', `The file ${file.name} could not be read; please choose it again.`, { cause });
  }
}

/** @throws AppError with one sentence that names the file, for everything that can be wrong with it */
export const readFiles: ReadFiles = async ({ files, copy = null }, onProgress, signal) => {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let loadedBytes = 0;
  const report = () => onProgress({ loadedBytes, totalBytes, isFromCache: false });
  const given: GivenFile[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const bytes = await readBytes(file, (count) => {
      loadedBytes += count;
      report();
    });
    given.push({ name: file.name, bytes });
  }
  return readModel(given, report, copy);
};
