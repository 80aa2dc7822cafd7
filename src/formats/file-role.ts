/** What a file is for: its kind, and for JSON what is in it. */
import { type FileRole, plainRole } from '../core/models/file-role.ts';
import { endsIn, HEAD_BYTES, kindOfFile } from './file-kind.ts';
import type { JsonKind } from './format.ts';
import { asObject, parseNested } from './json.ts';
import { FORMATS } from './list.ts';
import type { Json } from './network/artifacts.ts';
import { OTHER_JSON } from './other-kinds.ts';
import { isNameList } from './usage/class-names.ts';

/** As a browser gives it. */
export interface NamedBlob extends Blob {
  readonly name: string;
}

/** Larger than any description of a network: what is larger is not parsed to find out what it is. */
const MAX_JSON_BYTES = 64e6;

const OF_MODELS: readonly JsonKind[] = FORMATS.flatMap(({ json = [] }) => json);

function roleOfJson(name: string, text: string): FileRole {
  const isManifest = /^manifest\.json$/i.test(name);
  let json: Json;
  try {
    json = parseNested(text);
  } catch {
    return plainRole(isManifest ? 'manifest' : 'json');
  }
  const object = asObject(json) ?? {};
  const ofModel = OF_MODELS.find(({ matches }) => matches(object));
  if (ofModel) return ofModel.role;
  if (isManifest) return plainRole('manifest');
  const other = OTHER_JSON.find(({ matches }) => matches(object));
  return other?.role ?? plainRole(isNameList(json) ? 'names' : 'json');
}

/** Archives are told apart by their names alone until they are opened. */
function roleOfArchive(name: string, role: FileRole): FileRole {
  const format = FORMATS.find(({ archive }) => archive && endsIn(name, archive.ending));
  return format?.archive?.role ?? role;
}

/** What the beginning of a file says; null for JSON, of which all is needed. */
function roleOfHead(name: string, head: Uint8Array): FileRole | null {
  const { role } = kindOfFile(name, head);
  if (role.use === 'json') return null;
  return role.isContainer ? roleOfArchive(name, role) : role;
}

export function roleOf(name: string, bytes: Uint8Array): FileRole {
  return roleOfHead(name, bytes) ?? roleOfJson(name, new TextDecoder().decode(bytes));
}

/** The role of a file that is not in memory. It is only read as far as it must be. */
export async function roleOfBlob(file: NamedBlob): Promise<FileRole> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const role = roleOfHead(file.name, head);
  if (role) return role;
  return file.size > MAX_JSON_BYTES ? plainRole('json') : roleOfJson(file.name, await file.text());
}
