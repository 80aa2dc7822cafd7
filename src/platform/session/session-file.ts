/** A session as a file: a zip in which nothing is packed, whose first bytes say what it is. Whatever is read may be damaged, or made by anybody. */
import * as v from 'valibot';
import { AppError } from '../../core/app-error.ts';
import { SESSION_TYPE } from '../../core/models/session-type.ts';
import type { Session } from '../../protocol/session.ts';
import { BlobZipWriter } from '../zip-writer.ts';
import { numbersApart, numbersBack } from './session-numbers.ts';
import { FORMAT_VERSION, Saved } from './session-schema.ts';

/** Names of files in it. */
const TYPE = 'mimetype';
const DESCRIPTION = 'session.json';
const NUMBERS = 'numbers.bin';
const imagePath = (i: number) => `images/${i}`;

export async function writeSession({ images, ...session }: Session): Promise<Blob> {
  const zip = new BlobZipWriter();
  const described = images.map(({ file: _apart, ...image }) => image);
  const { json, numbers } = numbersApart({ formatVersion: FORMAT_VERSION, ...session, images: described });
  await zip.add(TYPE, new Blob([SESSION_TYPE]), false);
  await zip.add(DESCRIPTION, new Blob([json]), false);
  await zip.add(NUMBERS, numbers, false);
  for (const [i, { file }] of images.entries()) await zip.add(imagePath(i), file, false);
  return zip.finish(SESSION_TYPE);
}

/** A file of an archive: its content, and the same once it has been checked. */
interface ArchivedFile {
  readonly content: Blob;
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

function broken(fileName: string, detail: string, cause?: unknown): AppError {
  const sentence = `The session ${fileName} cannot be opened, as it is damaged (${detail}); please get it again, or save it anew where it was made.`;
  return new AppError('session-broken', sentence, { cause });
}

/**
 * @param files what is in the archive
 * @throws AppError `session-broken` naming the file
 */
export async function readSession(fileName: string, openArchive: () => Promise<ReadonlyMap<string, ArchivedFile>>): Promise<Session> {
  let files: ReadonlyMap<string, ArchivedFile>;
  let parsed: unknown;
  try {
    files = await openArchive();
    const [description, numbers] = await Promise.all([files.get(DESCRIPTION)?.read(), files.get(NUMBERS)?.read()]);
    if (!description || !numbers) throw new Error('something is missing in it');
    parsed = numbersBack(new TextDecoder().decode(description), numbers);
  } catch (cause) {
    throw broken(
      fileName,
      cause instanceof SyntaxError ? 'its description is no JSON' : cause instanceof Error ? cause.message : String(cause),
      cause,
    );
  }
  const { success: isVersioned, output: versioned } = v.safeParse(v.object({ formatVersion: v.number() }), parsed);
  if (isVersioned && versioned.formatVersion > FORMAT_VERSION)
    throw new AppError('session-broken', `The session ${fileName} was saved by a newer version of this page; please open it there.`);
  const { success, output, issues } = v.safeParse(Saved, parsed);
  if (!success) {
    const [first] = issues;
    throw broken(fileName, `its “${v.getDotPath(first) ?? 'description'}” makes no sense`);
  }
  const { formatVersion: _known, images, ...session } = output;
  const withFiles = images.map((image, i) => {
    const file = files.get(imagePath(i))?.content;
    if (!file) throw broken(fileName, `the image ${image.name} is missing in it`);
    return { ...image, file };
  });
  return { ...session, images: withFiles };
}
