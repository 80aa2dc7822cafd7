/** A zip archive that somebody gave: every fault names it, and what grows without measure is not unpacked. */
import { AppError } from '../../core/app-error.ts';
import { faultOf } from '../fault.ts';
import { type ZipMember, zipMembers } from './zip.ts';

/** Weights hardly get smaller when packed: what grows more than this is a trap. */
const MAX_EXPANSION = 16;
const SMALL_BYTES = 16e6;

/** @throws AppError `model-file-broken` naming the archive, and the member where it is about one */
export class ZipArchive {
  readonly fileName: string;
  readonly members: readonly ZipMember[];
  readonly #bytes: number;

  constructor(fileName: string, bytes: Uint8Array) {
    this.fileName = fileName;
    this.#bytes = bytes.byteLength;
    try {
      this.members = zipMembers(bytes);
    } catch (cause) {
      throw new AppError('model-file-broken', `The file ${fileName} is no sound zip archive, or cut short; please get it again.`, {
        cause,
      });
    }
  }

  /** All members of this name. */
  named(wanted: string): ZipMember[] {
    return this.members.filter(({ name }) => name === wanted);
  }

  head(member: ZipMember, bytes: number): Uint8Array {
    return this.#sound(member, () => member.head(bytes));
  }

  read(member: ZipMember, onStep: () => void): Uint8Array {
    if (member.bytes > Math.max(SMALL_BYTES, this.#bytes * MAX_EXPANSION)) {
      throw new AppError(
        'model-file-broken',
        `In ${this.fileName} the file ${member.name} would take ${Math.ceil(member.bytes / 1e6)} MB unpacked, which cannot be right; please save the model again.`,
      );
    }
    return this.#sound(member, () => member.read(onStep));
  }

  #sound<Found>({ name }: ZipMember, find: () => Found): Found {
    try {
      return find();
    } catch (cause) {
      const fault = `In ${this.fileName} the file ${name} is damaged (${faultOf(cause)})`;
      throw new AppError('model-file-broken', `${fault}; please get the model again.`, { cause });
    }
  }
}
