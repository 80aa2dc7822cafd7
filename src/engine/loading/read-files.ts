/** Reads the files of a model here and now: in a worker of its own in the browser, in the same thread in Node. */
import { AppError } from '../../core/app-error.ts';
import { HEAD_BYTES, kindOfFile } from '../../formats/file-kind.ts';
import type { ByteRanges, GivenFile } from '../../formats/given-file.ts';
import { type ReadModel, readModel } from '../../formats/read-model.ts';
import type { LoadProgress, ModelSource } from '../../protocol/engine.ts';

/** The part of a model's source that says what is read. */
export type FilesToRead = Pick<Extract<ModelSource, { kind: 'files' }>, 'files' | 'copy' | 'choices'>;

/** Reports bytes as files are read; then, as there is progress in what takes time after that, the same once more. */
export type ReadFiles = (source: FilesToRead, onProgress: (progress: LoadProgress) => void, signal?: AbortSignal) => Promise<ReadModel>;

/** @throws AppError naming the file: browsers refuse one that was changed or moved since it was chosen */
async function attempt<Result>({ name }: File, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    throw new AppError('model-file-broken', `The file ${name} could not be read; please choose it again.`, { cause });
  }
}

/** Part by part: a large file on a slow disk shows how far it is. @throws AppError naming the file */
function readBytes(file: File, onPart: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  return attempt(file, async () => {
    const bytes = new Uint8Array(file.size);
    let at = 0;
    const reader = file.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value, at);
      at += part.value.byteLength;
      onPart(part.value.byteLength);
    }
    return bytes;
  });
}

/** Only what is asked for. */
function rangesIn(file: File, onPart: (bytes: number) => void): ByteRanges {
  return {
    size: file.size,
    read: (start, end) =>
      attempt(file, async () => {
        const bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
        onPart(bytes.byteLength);
        return bytes;
      }),
  };
}

/** The whole file, or its beginning and its parts when they are asked for. @throws AppError naming the file */
async function givenFile(file: File, onPart: (bytes: number) => void): Promise<GivenFile> {
  const head = await attempt(file, async () => new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  const { name } = file;
  if (kindOfFile(name, head).isReadByRanges) return { name, bytes: head, ranges: rangesIn(file, onPart) };
  return { name, bytes: await readBytes(file, onPart) };
}

/** @throws AppError with one sentence that names the file, for everything that can be wrong with it */
export const readFiles: ReadFiles = async ({ files, copy = null, choices = {} }, onProgress, signal) => {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  let loadedBytes = 0;
  const report = () => onProgress({ loadedBytes: Math.min(loadedBytes, totalBytes), totalBytes, isFromCache: false });
  const given: GivenFile[] = [];
  for (const file of files) {
    signal?.throwIfAborted();
    given.push(
      await givenFile(file, (count) => {
        loadedBytes += count;
        report();
      }),
    );
  }
  return readModel(given, report, copy, choices);
};
