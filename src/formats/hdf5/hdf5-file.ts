/** An HDF5 file that somebody gave, opened for reading. */
import { AppError } from '../../core/app-error.ts';
import { Hdf5Reader } from './hdf5.ts';
import { withoutBackslashes } from './hdf5-backslashes.ts';
import { openHdf5 } from './open-hdf5.ts';

export interface OpenedReader {
  readonly reader: Hdf5Reader;
  close(): void;
}

/**
 * @param fileName what errors call it
 * @throws AppError `model-file-broken` naming the file, or `download-failed`
 */
export async function openHdf5Reader(fileName: string, bytes: Uint8Array, onStep: () => void): Promise<OpenedReader> {
  const broken = (cause: unknown) =>
    new AppError('model-file-broken', `The file ${fileName} is no sound HDF5 file, or cut short; please get it again.`, { cause });
  const opened = await openHdf5(bytes, onStep).catch((cause: unknown) => {
    throw cause instanceof AppError ? cause : broken(cause);
  });
  try {
    return { reader: new Hdf5Reader(fileName, withoutBackslashes(opened.root), bytes.byteLength, onStep), close: opened.close };
  } catch (cause) {
    opened.close();
    throw broken(cause);
  }
}
