/** Class names that lie in a model's own file: TFLite appends a zip archive with lists of them. */
import { AppError } from '../../core/app-error.ts';
import { isCalledNames } from '../../core/models/file-role.ts';
import type { ZipMember } from '../archive/zip.ts';
import { ZipArchive } from '../archive/zip-archive.ts';
import { parseClassNames } from '../usage/class-names.ts';
import { notedClassNames } from '../usage/noted-class-names.ts';

/** Where an archive that is no longer than its comment may be ends. */
const END_OF_ARCHIVE = [0x50, 0x4b, 0x05, 0x06];
const TAIL_BYTES = 0xffff + 22;

export interface OwnNames {
  readonly names: readonly string[];
  /** What is wrong with them, as a sentence; empty where nothing is. */
  readonly remark: string;
}

const NONE: OwnNames = { names: [], remark: '' };

function hasArchive(bytes: Uint8Array): boolean {
  const tail = bytes.subarray(Math.max(0, bytes.length - TAIL_BYTES));
  return tail.some((_, at) => END_OF_ARCHIVE.every((byte, i) => tail[at + i] === byte));
}

/** What Ultralytics notes of a model: in JSON, or before that as Python writes a dict. */
function isNote({ name }: ZipMember): boolean {
  return /^(?:metadata\.json|temp_meta\.txt)$/.test(name);
}

function notedIn(text: string): string[] {
  const [, names = ''] = /['"]names['"]\s*:\s*(\{[^{}]*\}|\[[^[\]]*\])/.exec(text) ?? [];
  return notedClassNames(new Map([['names', names]]));
}

/** @param wanted the files that the metadata names */
export function classNamesIn(fileName: string, bytes: Uint8Array, wanted: readonly string[], onStep: () => void): OwnNames {
  if (!hasArchive(bytes)) return NONE;
  try {
    const archive = new ZipArchive(fileName, bytes);
    const named = wanted.flatMap((name) => archive.named(name));
    const [member] = named.length > 0 ? named : archive.members.filter(({ name }) => /\.txt$/i.test(name) && isCalledNames(name));
    const textOf = (of: ZipMember) => new TextDecoder().decode(archive.read(of, onStep));
    if (!member) return { names: archive.members.filter(isNote).flatMap((note) => notedIn(textOf(note))), remark: '' };
    const text = textOf(member);
    return { names: parseClassNames(member.name, text, `In ${fileName} the file ${member.name}`), remark: '' };
  } catch (error) {
    if (error instanceof AppError) return { names: [], remark: error.message };
    throw error;
  }
}
