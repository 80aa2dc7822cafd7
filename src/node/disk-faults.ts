/** What a disk answers, in words for a person: its own are codes. */

/** What cannot be read: as a sentence goes on after its name, and what to do. */
export interface ReadingFault {
  readonly what: string;
  readonly remedy: string;
}

const CHECK_NAME = 'please check its name';
const ASK_LEAVE = 'please change who may';
const AGAIN = 'please try again';

const READING: Readonly<Record<string, ReadingFault>> = {
  ENOENT: { what: 'is not there', remedy: CHECK_NAME },
  ENOTDIR: { what: 'is not there', remedy: CHECK_NAME },
  EISDIR: { what: 'is a folder', remedy: CHECK_NAME },
  ENAMETOOLONG: { what: 'has a longer name than the disk allows', remedy: CHECK_NAME },
  ELOOP: { what: 'is a link that leads back to itself', remedy: CHECK_NAME },
  EACCES: { what: 'may not be read', remedy: ASK_LEAVE },
  EPERM: { what: 'may not be read', remedy: ASK_LEAVE },
  EMFILE: { what: 'could not be read (too many files are open)', remedy: AGAIN },
  ENFILE: { what: 'could not be read (too many files are open)', remedy: AGAIN },
  EIO: { what: 'could not be read (the disk failed)', remedy: AGAIN },
  ENOTCONN: { what: 'could not be read (its disk is gone)', remedy: AGAIN },
  ESTALE: { what: 'could not be read (its disk is gone)', remedy: AGAIN },
  ERR_FS_FILE_TOO_LARGE: { what: 'is larger than what can be read at once', remedy: 'please name a smaller one' },
};

const WRITING: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'it would be larger than a file may be',
  EACCES: 'it may not be written to',
  EPERM: 'it may not be written to',
  EROFS: 'the disk may only be read',
  ENAMETOOLONG: 'its name is longer than the disk allows',
  ENOENT: 'there can be no such folder',
  ENOTDIR: 'a file stands in the place of its folder',
  EEXIST: 'a file stands in the place of its folder',
  EISDIR: 'a folder stands in its place',
  ENOTEMPTY: 'a folder stands in its place',
  ELOOP: 'its folder is a link that leads back to itself',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk failed',
  ENOTCONN: 'its disk is gone',
  ESTALE: 'its disk is gone',
};

/** What the system calls it; empty for what is none of its errors. */
export function diskCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

/** The first line of what went wrong, without a full stop. */
function firstLine(cause: unknown): string {
  const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
  return line.replace(/\.$/, '');
}

export function readingFault(cause: unknown, remedy = AGAIN): ReadingFault {
  return READING[diskCode(cause)] ?? { what: `could not be read (${firstLine(cause)})`, remedy };
}

/** As words in brackets. */
export function writingFault(cause: unknown): string {
  return WRITING[diskCode(cause)] ?? firstLine(cause);
}

/** Whether something could not be read because it is not there. */
export function isAbsent(cause: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(diskCode(cause));
}
