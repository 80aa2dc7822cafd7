/** The network alone, from whichever file of Keras describes it. */
import { AppError } from '../../core/app-error.ts';
import type { RoledFile } from '../../core/models/file-role.ts';
import { ZipArchive } from '../archive/zip-archive.ts';
import { type GivenFile, labelOf, textOf } from '../given-file.ts';
import { openHdf5Reader } from '../hdf5/hdf5-file.ts';
import { parseNested } from '../json.ts';
import type { ModelTopology } from '../network/artifacts.ts';
import { MEMBERS } from './archive-members.ts';
import { versionIn } from './keras-archive.ts';
import { kerasTopology } from './keras-config.ts';

/** Roles of files that hold a network, of Keras' own. */
export const NETWORK_ROLES: readonly string[] = ['architecture', 'keras-archive', 'hdf5'];

/** The version of Keras that a file beside the network tells. */
export function versionBeside(metadata: readonly GivenFile[]): string | null {
  const versions = metadata.map((file) => versionIn(`The file ${labelOf(file)}`, labelOf(file), textOf(file)));
  return versions.find((version) => version !== null) ?? null;
}

function inJson(file: GivenFile, metadata: readonly GivenFile[]): ModelTopology {
  const network = JSON.stringify(parseNested(textOf(file)));
  const version = versionBeside([...metadata, { ...file, bytes: new TextEncoder().encode(network) }]);
  return kerasTopology(labelOf(file), network, version);
}

function inArchive(file: GivenFile, onStep: () => void): ModelTopology | null {
  const archive = new ZipArchive(labelOf(file), file.bytes);
  const text = (name: string) => archive.named(name).map((member) => new TextDecoder().decode(archive.read(member, onStep)))[0];
  const [network, metadata] = [text(MEMBERS.config), text(MEMBERS.metadata)];
  if (network === undefined) return null;
  const version = metadata === undefined ? null : versionIn(`The file ${MEMBERS.metadata} in ${labelOf(file)}`, labelOf(file), metadata);
  return kerasTopology(labelOf(file), network, version);
}

async function inHdf5(file: GivenFile, onStep: () => void): Promise<ModelTopology | null> {
  const { reader, close } = await openHdf5Reader(labelOf(file), file.bytes, onStep);
  try {
    const network = reader.text(reader.root, 'model_config');
    return network === null ? null : kerasTopology(labelOf(file), network, reader.text(reader.root, 'keras_version'));
  } finally {
    close();
  }
}

/**
 * @param metadata what Keras says of the model beside it
 * @throws AppError naming the file, for one that is damaged, or that holds weights alone
 */
export async function networkIn(
  { file, role }: RoledFile<GivenFile>,
  metadata: readonly GivenFile[],
  onStep: () => void,
): Promise<ModelTopology> {
  const found =
    role.id === 'architecture' ? inJson(file, metadata) : role.id === 'hdf5' ? await inHdf5(file, onStep) : inArchive(file, onStep);
  if (found) return found;
  throw new AppError(
    'model-unsupported',
    `The file ${labelOf(file)} holds weights without a network, so it cannot be the network of a checkpoint; please give the JSON of that (model.to_json()), or the weights alone.`,
  );
}
