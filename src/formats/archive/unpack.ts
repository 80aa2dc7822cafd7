/** Zip archives with a model among other things, such as Teachable Machine's: what a model may consist of is taken out of them. */
import { AppError } from '../../core/app-error.ts';
import { type FileRole, isCalledNames, type RoledFile } from '../../core/models/file-role.ts';
import { endsIn, HEAD_BYTES, kindOfFile } from '../file-kind.ts';
import { roleOf } from '../file-role.ts';
import { baseName, type GivenFile } from '../given-file.ts';
import { FORMATS, READABLE } from '../list.ts';
import type { ZipMember } from './zip.ts';
import { ZipArchive } from './zip-archive.ts';

/** An archive in an archive in an archive is a trap, or nothing that anybody meant to give. */
const MAX_DEPTH = 2;

/** What is unpacked must fit beside the network. */
export const MAX_BYTES = 1.5e9;

/** What systems and editors leave behind, and paths that lead out of the archive. */
function isLeftover({ name }: ZipMember): boolean {
  const parts = name.split('/');
  return name.endsWith('/') || parts.some((part) => part === '__MACOSX' || part === '..' || part.startsWith('.'));
}

/** Numbers need not lie at the start of their buffer when they are unpacked, but shards are read from there. */
function ownBytes(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes.byteLength === bytes.buffer.byteLength ? (bytes as Uint8Array<ArrayBuffer>) : bytes.slice();
}

/** Uses of what is taken out of an archive, where anything may lie about. */
const USEFUL: ReadonlySet<FileRole['use']> = new Set(['model', 'part', 'names', 'metadata', 'manifest', 'refused']);

function isZip(bytes: Uint8Array): boolean {
  return kindOfFile('', bytes).role.isContainer === true;
}

/** @throws AppError `model-file-broken` or `model-unsupported`, naming the archive */
class Unpacker {
  readonly #onStep: () => void;
  #bytesLeft = MAX_BYTES;

  constructor(onStep: () => void) {
    this.#onStep = onStep;
  }

  unpacked(file: GivenFile, depth = 0): RoledFile<GivenFile>[] {
    const label = file.archive === undefined ? file.name : `${file.archive}/${file.name}`;
    const archive = new ZipArchive(label, file.bytes);
    const whole = FORMATS.map((format) => format.archive).find((own) => own?.isOne(archive, endsIn(file.name, own.ending)));
    if (whole) return [{ file, role: whole.role }];
    const members = archive.members.filter((member) => !isLeftover(member));
    return members.flatMap((member) => this.#member(archive, member, label, depth));
  }

  #member(archive: ZipArchive, member: ZipMember, label: string, depth: number): RoledFile<GivenFile>[] {
    const head = archive.head(member, HEAD_BYTES);
    const { use } = kindOfFile(member.name, head).role;
    // Shards of old have no ending, nor anything else by which they could be told.
    const mayBeShard = use === 'unknown' && !baseName(member.name).includes('.');
    if (use === 'image' || (use === 'unknown' && !mayBeShard) || (use === 'names' && !isCalledNames(baseName(member.name)))) return [];
    this.#bytesLeft -= member.bytes;
    if (this.#bytesLeft < 0) {
      throw new AppError(
        'model-unsupported',
        `The file ${archive.fileName} holds more than ${MAX_BYTES / 1e6} MB of models; please give the one that is meant.`,
      );
    }
    const bytes = ownBytes(archive.read(member, this.#onStep));
    const file: GivenFile = { name: member.name, bytes, archive: label };
    if (isZip(head) && depth + 1 < MAX_DEPTH) return this.unpacked(file, depth + 1);
    const role = roleOf(member.name, bytes);
    return USEFUL.has(role.use) || mayBeShard ? [{ file, role }] : [];
  }
}

/**
 * The files with archives unpacked.
 *
 * @throws AppError `model-file-broken`, `model-file-missing` or `model-unsupported`, naming the archive
 */
export function withUnpacked(files: readonly GivenFile[], onStep: () => void): RoledFile<GivenFile>[] {
  const unpacker = new Unpacker(onStep);
  return files.flatMap((file): RoledFile<GivenFile>[] => {
    const role = roleOf(file.name, file.bytes);
    if (!isZip(file.bytes)) return [{ file, role }];
    const unpacked = unpacker.unpacked(file);
    if (unpacked.length > 0) return unpacked;
    throw new AppError(
      'model-unsupported',
      `The file ${file.name} is a zip archive without a model that can be read here; please give one with ${READABLE} in it.`,
    );
  });
}
