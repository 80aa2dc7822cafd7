/** `results.jsonl`, to which a line is added as each image is done: what a run that was torn off left of a line is taken away. */
import { type FileHandle, open, readFile, truncate } from 'node:fs/promises';
import { AppError } from '../../core/app-error.ts';
import { formatResultLine, parseResultLines, type ResultLine } from '../../sets/results/result-line.ts';
import { isAbsent, readingFault } from '../disk-faults.ts';
import { unwritable } from './whole-file.ts';

export class ResultFile {
  readonly #path: string;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /**
   * The file, and what was found before.
   *
   * @throws AppError `results-broken`, `output-unwritable`
   */
  static async open(path: string): Promise<{ readonly file: ResultFile; readonly before: readonly ResultLine[] }> {
    const text = await readLines(path);
    const { lines, wholeLength } = parseResultLines(path, text);
    try {
      if (wholeLength < text.length) await truncate(path, Buffer.byteLength(text.slice(0, wholeLength)));
      return { file: new ResultFile(path, await open(path, 'a')), before: lines };
    } catch (cause) {
      throw unwritable(path, cause);
    }
  }

  /** @throws AppError `output-unwritable` */
  async add(line: ResultLine): Promise<void> {
    try {
      await this.#handle.appendFile(formatResultLine(line));
    } catch (cause) {
      throw unwritable(this.#path, cause);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** What keeps results from being read, in one sentence. */
export function unreadable(path: string, cause: unknown): AppError {
  const { what, remedy } = readingFault(cause);
  return new AppError('results-broken', `The file ${path} ${what}; ${remedy}.`, { cause });
}

/** The text of a file of results; empty where there is none. */
export async function readLines(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (isAbsent(cause)) return '';
    throw unreadable(path, cause);
  }
}
