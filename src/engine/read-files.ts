/** Reads the files of a model here and now: in a worker of its own in the browser, in the same thread in Node. */
import { AppError } from '../core/app-error.ts';
import { type GivenFile, type ReadModel, readModel } from '../formats/read-model.ts';
import type { LoadProgress } from '../protocol/engine.ts';

/** Reports bytes as files are read; then, as there is progress in what takes time after that, the same once more. */
export type ReadFiles = (files: readonly File[], onProgress: (progress: LoadProgress) => void, signal?: AbortSignal) => Promise<ReadModel>;

/** @throws AppError with one sentence that names the file, for everything that can be wrong with it */
export const readFiles: ReadFiles = async (files, onProgress, signal) => {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let loadedBytes = 0;
  const report = () => onProgress({ loadedBytes, totalBytes, isFromCache: false });
  const given: GivenFile[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    const bytes = await file.arrayBuffer().catch((error: unknown) => {
      // Browsers refuse a file that was changed or moved since it was chosen.
      throw new AppError('model-file-broken', `The file ${file.name} could not be read; please choose it again.`, { cause: error });
    });
    given.push({ name: file.name, bytes: new Uint8Array(bytes) });
    loadedBytes += file.size;
    report();
  }
  return readModel(given, report);
};
