/** This project's own network format: a `model.json` like tf.js' own, with layers that tf.js lacks. `docs/models.md` says what is in it. */
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject } from '../json.ts';
import type { ModelTopology } from '../network/artifacts.ts';

export const OWN_FORMAT = 'fast-ablation-cam-network';

/** Another one for every change that a former version of this page would compute otherwise. */
export const OWN_VERSION = 1;

/** @throws AppError naming the file, where a newer page wrote it, or it is damaged */
export function ownTopology(fileName: string, json: JsonObject): ModelTopology {
  const { formatVersion: version } = json;
  if (typeof version === 'number' && version > OWN_VERSION) {
    throw new AppError(
      'model-unsupported',
      `The file ${fileName} holds a network in version ${version} of this page’s format, and up to ${OWN_VERSION} is read here; please open it with a newer version of the page.`,
    );
  }
  const network = asObject(json.network);
  const config = asObject(network?.config);
  if (version !== OWN_VERSION || typeof network?.class_name !== 'string' || !config)
    throw new AppError('model-file-broken', `The file ${fileName} describes no network, or not its version; please convert it again.`);
  const { loss } = network;
  return { class_name: network.class_name, config, ...(loss !== undefined && { loss }) };
}

/** What else layers are called, which both formats note. */
export function otherNamesIn(json: JsonObject): ReadonlyMap<string, string> | null {
  const names = asObject(asObject(json.userDefinedMetadata)?.otherNames);
  const entries = Object.entries(names ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length > 0 ? new Map(entries) : null;
}
