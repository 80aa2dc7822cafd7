/** Keras 3's own format, `.keras`: a zip archive of `config.json`, `metadata.json` and `model.weights.h5`. */
import { AppError } from '../core/app-error.ts';
import { type ModelArtifacts, packArtifacts } from './artifacts.ts';
import { faultOf } from './fault.ts';
import { Hdf5Reader } from './hdf5.ts';
import { asObject, parseJson } from './json.ts';
import { kerasTopology } from './keras-config.ts';
import { kerasWeights } from './keras-weights.ts';
import { openHdf5 } from './open-hdf5.ts';
import { type ZipMember, zipMembers } from './zip.ts';

const METADATA = 'metadata.json';
const CONFIG = 'config.json';
const WEIGHTS = 'model.weights.h5';

/** Weights hardly get smaller when packed, and Keras does not pack them: what grows more than this is a trap. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 16e6;

/** @throws AppError `model-file-broken` naming the archive, and the member where it is about one */
class KerasArchive {
  readonly #fileName: string;
  readonly #bytes: number;
  readonly #members: readonly ZipMember[];

  constructor(fileName: string, bytes: Uint8Array) {
    this.#fileName = fileName;
    this.#bytes = bytes.byteLength;
    try {
      this.#members = zipMembers(bytes);
    } catch (cause) {
      throw new AppError('model-file-broken', `The file ${fileName} is no sound zip archive, or cut short; please get it again.`, {
        cause,
      });
    }
  }

  has(wanted: string): boolean {
    return this.#members.some(({ name }) => name === wanted);
  }

  read(wanted: string, onStep: () => void): Uint8Array {
    const [member, another] = this.#members.filter(({ name }) => name === wanted);
    if (!member || another) {
      throw new AppError(
        'model-file-broken',
        `The file ${this.#fileName} ${member ? 'holds two of' : 'lacks'} ${wanted}, so it is no Keras model; please save it with model.save("….keras").`,
      );
    }
    if (member.bytes > Math.max(SMALL_BYTES, this.#bytes * MAX_EXPANSION)) {
      throw new AppError(
        'model-file-broken',
        `In ${this.#fileName} the file ${wanted} would take ${Math.ceil(member.bytes / 1e6)} MB unpacked, which cannot be right; please save the model again.`,
      );
    }
    try {
      return member.read(onStep);
    } catch (cause) {
      throw new AppError(
        'model-file-broken',
        `In ${this.#fileName} the file ${wanted} is damaged (${faultOf(cause)}); please get the model again.`,
        { cause },
      );
    }
  }
}

/** The version of the Keras that wrote the archive; null where it does not say. */
function versionIn(fileName: string, archive: KerasArchive, onStep: () => void): string | null {
  if (!archive.has(METADATA)) return null;
  const text = new TextDecoder().decode(archive.read(METADATA, onStep));
  const { keras_version: version } = asObject(parseJson(fileName, text, `The file ${METADATA} in ${fileName}`)) ?? {};
  return typeof version === 'string' ? version : null;
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export async function readKerasArchive(fileName: string, bytes: Uint8Array, onStep: () => void): Promise<ModelArtifacts> {
  const archive = new KerasArchive(fileName, bytes);
  const version = versionIn(fileName, archive, onStep);
  const topology = kerasTopology(fileName, new TextDecoder().decode(archive.read(CONFIG, onStep)), version);
  const weights = archive.read(WEIGHTS, onStep);
  const opened = await openHdf5(weights, onStep).catch((cause: unknown) => {
    if (cause instanceof AppError) throw cause;
    throw new AppError('model-file-broken', `In ${fileName} the file ${WEIGHTS} is damaged; please save the model again.`, { cause });
  });
  try {
    const reader = new Hdf5Reader(fileName, opened.root, weights.byteLength, onStep);
    return packArtifacts(topology, kerasWeights(reader, opened.root, topology));
  } finally {
    opened.close();
  }
}
