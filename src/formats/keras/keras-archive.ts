/** Keras 3's own format, `.keras`: a zip archive of `config.json`, `metadata.json` and `model.weights.h5`. */
import { AppError } from '../../core/app-error.ts';
import type { ZipArchive } from '../archive/zip-archive.ts';
import { asObject, parseJson } from '../json.ts';
import type { ModelArtifacts } from '../network/artifacts.ts';
import { MEMBERS } from './archive-members.ts';
import { readKerasPair } from './keras-pair.ts';

/** The version of the Keras that wrote it, as `metadata.json` says; null where it does not. */
export function versionIn(what: string, fileName: string, text: string): string | null {
  const { keras_version: version } = asObject(parseJson(fileName, text, what)) ?? {};
  return typeof version === 'string' ? version : null;
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the file */
export async function readKerasArchive(archive: ZipArchive, onStep: () => void): Promise<ModelArtifacts> {
  const { fileName } = archive;
  const only = (wanted: string): Uint8Array => {
    const [member, another] = archive.named(wanted);
    if (member && !another) return archive.read(member, onStep);
    throw new AppError(
      'model-file-broken',
      `The file ${fileName} ${member ? 'holds two of' : 'lacks'} ${wanted}, so it is no Keras model; please save it with model.save("….keras").`,
    );
  };
  const text = (wanted: string) => new TextDecoder().decode(only(wanted));
  const version =
    archive.named(MEMBERS.metadata).length > 0
      ? versionIn(`The file ${MEMBERS.metadata} in ${fileName}`, fileName, text(MEMBERS.metadata))
      : null;
  const network = text(MEMBERS.config);
  return readKerasPair({ networkName: fileName, network, version, weightsName: fileName, weights: only(MEMBERS.weights) }, onStep);
}
