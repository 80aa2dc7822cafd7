/** Opens HDF5 files with the HDF5 library, compiled to WebAssembly; it is downloaded when the first such file is given. */
import { loadPart } from '../load-part.ts';
import type { OpenedHdf5 } from './hdf5.ts';
import { areHeapsSound } from './hdf5-heaps.ts';

type H5wasm = typeof import('h5wasm');
type H5Module = Awaited<H5wasm['ready']>;

/**
 * h5wasm does not look at whether a read succeeded, and takes what happens to lie in memory for the values: of weights silently, of texts,
 * which are read as pointers, until it runs out of the memory. So failures are made known, and memory is given out filled with zeros, which
 * are null pointers.
 */
function sayFailures(module: H5Module): void {
  const {
    get_attribute_data: readAttribute,
    get_dataset_data: readDataset,
    _calloc: zeros,
  } = module as H5Module & {
    _calloc(count: number, size: number): number;
  };
  const orThrow = (status: number): number => {
    if (status < 0) throw new Error('a value could not be read');
    return status;
  };
  module._malloc = (bytes) => zeros(bytes, 1);
  module.get_attribute_data = (...target) => orThrow(readAttribute(...target));
  module.get_dataset_data = (...target) => orThrow(readDataset(...target));
}

/** The library prints every fault on its standard error, which ends in the console; whoever gave the file gets a sentence instead. */
function quiet({ FS }: H5Module): void {
  const { streams } = FS as H5Module['FS'] & { readonly streams: readonly FS.FSStream[] };
  const standardError = streams[2];
  if (standardError) FS.close(standardError);
  // It gets the lowest number that is free: standard error's own.
  FS.open('/dev/null', 'w');
}

interface Library {
  readonly File: H5wasm['File'];
  readonly FS: H5Module['FS'];
}

async function load(): Promise<Library> {
  const { File, ready } = await import('h5wasm');
  const module = await ready;
  sayFailures(module);
  quiet(module);
  return { File, FS: module.FS };
}

let loading: Promise<Library> | null = null;

/** @throws AppError `download-failed` */
async function library(onStep: () => void): Promise<Library> {
  const part = loading ?? load();
  loading = part;
  return loadPart(() => part, 'reads HDF5', onStep).catch((error: unknown) => {
    loading = null;
    throw error;
  });
}

let opened = 0;

/**
 * @param bytes the whole file
 * @param onStep called now and then while the library is on its way
 * @throws Error for a file that is no HDF5, or damaged
 * @throws AppError `download-failed` where the library does not come
 */
export async function openHdf5(bytes: Uint8Array, onStep: () => void = () => {}): Promise<OpenedHdf5> {
  if (!areHeapsSound(bytes)) throw new Error('its heaps are damaged');
  const { File, FS } = await library(onStep);
  // The library's own file system, in memory.
  const path = `/model-${++opened}.h5`;
  FS.writeFile(path, bytes);
  const file = new File(path, 'r');
  const close = () => {
    file.close();
    FS.unlink(path);
  };
  if (file.file_id < 0n) {
    FS.unlink(path);
    throw new Error('no HDF5 file');
  }
  return { root: file, close };
}
