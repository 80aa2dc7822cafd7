/** How torch's files begin. */
import { isZip, starts } from '../format.ts';

/** The length of a member's name in a zip archive, and where the name begins. */
const NAME_LENGTH = 26;
const NAME = 30;

/** What torch's archives begin with: their pickle, a storage, or what says how they are written. */
const FIRST_MEMBER =
  /(^|\/)(data\.pkl|constants\.pkl|version|bytecode\.pkl|byteorder|\.format_version|\.storage_alignment|\.data\/serialization_id|(data|constants)\/\d+|code\/__torch__.*\.py(\.debug_pkl)?)$/;

export function isTorchArchive(bytes: Uint8Array): boolean {
  if (!isZip(bytes)) return false;
  const length = (bytes[NAME_LENGTH] ?? 0) + 256 * (bytes[NAME_LENGTH + 1] ?? 0);
  return FIRST_MEMBER.test(new TextDecoder().decode(bytes.subarray(NAME, NAME + length)));
}

const PROTOCOL = 0x80;

/** The mark that torch's files began with before they were archives, ten bytes of a whole number; a frame may stand before it. */
const MARK = [0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
const LATEST_MARK = 16;

export function isLegacyTorch(bytes: Uint8Array): boolean {
  if (bytes[0] !== PROTOCOL) return false;
  for (let at = 2; at <= LATEST_MARK; at++) if (starts(bytes, MARK, at)) return true;
  return false;
}
