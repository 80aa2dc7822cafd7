/** Keras 3's own format, `.keras`: a zip archive of `config.json`, `metadata.json` and `model.weights.h5`. */
import { type UnzipFileInfo, unzipSync } from 'fflate';
import { AppError } from '../core/app-error.ts';
import { type ModelArtifacts, packArtifacts } from './artifacts.ts';
import { Hdf5Reader } from './hdf5.ts';
import { kerasTopology } from './keras-config.ts';
import { kerasWeights } from './keras-weights.ts';
import { openHdf5 } from './open-hdf5.ts';

const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';

/** Weights hardly get smaller when packed, and Keras does not pack them: what grows more than this is a trap. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 16e6;

/** @throws AppError `model-file-broken` where a member claims to be far larger than the archive can hold */
function isWanted(fileName: string, archiveBytes: number, { name, originalSize }: UnzipFileInfo): boolean {
  if (name !== CONFIG && name !== WEIGHTS) return false;
  if (originalSize > Math.max(SMALL_BYTES, archiveBytes * MAX_EXPANSION)) {
    throw new AppError(
      'model-file-broken',
      `In ${fileName} the file ${name} would take ${Math.ceil(originalSize / 1e6)} MB unpacked, which cannot be right; please save the model again.`,
    );
  }
  return true;
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export async function readKerasArchive(fileName: string, bytes: Uint8Array, onStep: () => void): Promise<ModelArtifacts> {
  let members: Record<string, Uint8Array>;
  try {
    members = unzipSync(bytes, { filter: (file) => isWanted(fileName, bytes.byteLength, file) });
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('model-file-broken', `The file ${fileName} is no sound zip archive; please save the model again.`, { cause });
  }
  const { [CONFIG]: config, [WEIGHTS]: weights } = members;
  if (!config || !weights) {
    throw new AppError(
      'model-file-broken',
      `The file ${fileName} lacks ${config ? WEIGHTS : CONFIG}, so it is no Keras model; please save it with model.save("….keras").`,
    );
  }
  onStep();
  const topology = kerasTopology(fileName, new TextDecoder().decode(config));
  const opened = await openHdf5(weights).catch((cause: unknown) => {
    throw new AppError('model-file-broken', `In ${fileName} the file ${WEIGHTS} is damaged; please save the model again.`, { cause });
  });
  try {
    const reader = new Hdf5Reader(fileName, opened.root, weights.byteLength, onStep);
    return packArtifacts(topology, kerasWeights(reader, opened.root, topology));
  } finally {
    opened.close();
  }
}
