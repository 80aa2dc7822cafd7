/** What a file is for: its kind, and for JSON what is in it. */
import type { FileRole } from '../core/models/file-role.ts';
import { type FileKind, HEAD_BYTES, kindOfFile } from './file-kind.ts';
import { asObject } from './json.ts';
import type { Json } from './network/artifacts.ts';
import { isNameList } from './usage/class-names.ts';

/** As a browser gives it. */
export interface NamedBlob extends Blob {
  readonly name: string;
}

/** Larger than any description of a network: what is larger is not parsed to find out what it is. */
const MAX_JSON_BYTES = 64e6;

const ROLES: Readonly<Record<Exclude<FileKind, 'json'>, FileRole>> = {
  hdf5: 'hdf5',
  zip: 'archive',
  safetensors: 'safetensors',
  names: 'names',
  shard: 'shard',
  image: 'image',
  unknown: 'unknown',
  pickle: 'refused',
  'torch-archive': 'refused',
  protobuf: 'refused',
  tflite: 'refused',
  'web-page': 'refused',
  pointer: 'refused',
};

/** `json.dump(model.to_json(), file)` puts the JSON into a text, and that into JSON. @throws SyntaxError */
export function parseNested(text: string): Json {
  const json: Json = JSON.parse(text.replace(/^\uFEFF/, ''));
  return typeof json === 'string' && /^\s*\{/.test(json) ? JSON.parse(json) : json;
}

/** The metadata that Teachable Machine writes beside its models. */
export function isTeachableMachine(json: Json): boolean {
  const { tmVersion, packageName } = asObject(json) ?? {};
  return typeof tmVersion === 'string' || (typeof packageName === 'string' && packageName.startsWith('@teachablemachine/'));
}

function roleOfJson(name: string, text: string): FileRole {
  let json: Json;
  try {
    json = parseNested(text);
  } catch {
    return /^manifest\.json$/i.test(name) ? 'manifest' : 'json';
  }
  const object = asObject(json) ?? {};
  if ('modelTopology' in object || 'weightsManifest' in object) return 'layers-model';
  if (typeof object.class_name === 'string' && typeof object.config === 'object') return 'architecture';
  if (/^manifest\.json$/i.test(name) || ('preprocessing' in object && 'classNames' in object)) return 'manifest';
  const isOfKeras = typeof object.keras_version === 'string' && Object.values(object).every((value) => typeof value !== 'object');
  if (isTeachableMachine(json) || isOfKeras) return 'metadata';
  return isNameList(json) ? 'names' : 'json';
}

export function roleOf(name: string, bytes: Uint8Array): FileRole {
  const kind = kindOfFile(name, bytes);
  return kind === 'json' ? roleOfJson(name, new TextDecoder().decode(bytes)) : ROLES[kind];
}

/** The role of a file that is not in memory. It is only read as far as it must be. */
export async function roleOfBlob(file: NamedBlob): Promise<FileRole> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  if (kindOfFile(file.name, head) !== 'json') return roleOf(file.name, head);
  return file.size > MAX_JSON_BYTES ? 'json' : roleOfJson(file.name, await file.text());
}
