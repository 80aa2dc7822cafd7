/** Writes a zip archive file by file. What is written is handed to the browser as blobs, which may lie on the disk. */
import type { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { AppError } from '../core/app-error.ts';

/** What zips can hold without the extensions that not everybody reads. */
const MAX_BYTES = 0xffffffff;
const MAX_FILES = 0xffff;

/** Put together to one blob: more is not kept in memory. */
const PART_BYTES = 4_000_000;

interface Writing {
  readonly zip: Zip;
  open(name: string, isPacked: boolean): ZipDeflate | ZipPassThrough;
}

export class BlobZipWriter {
  #writing: Promise<Writing> | null = null;
  #zip: Zip | null = null;
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #chunkBytes = 0;
  readonly #blobs: Blob[] = [];
  #bytes = 0;
  #files = 0;

  async add(name: string, content: Blob, isPacked: boolean): Promise<void> {
    this.#writing ??= this.#begin();
    const { zip, open } = await this.#writing;
    // Beside the content there is a head for each file, twice.
    if (this.#bytes + content.size + (this.#files + 1) * 1024 > MAX_BYTES || this.#files >= MAX_FILES)
      throw new AppError(
        'out-of-memory',
        'The archive would become larger than the 4 GB that a zip can hold; please save fewer images at once.',
      );
    this.#files++;
    const file = open(name, isPacked);
    zip.add(file);
    const reader = content.stream().getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) file.push(part.value);
    file.push(new Uint8Array(), true);
  }

  finish(type: string): Blob {
    this.#zip?.end();
    this.#flush();
    return new Blob(this.#blobs, { type });
  }

  async #begin(): Promise<Writing> {
    const { Zip, ZipDeflate, ZipPassThrough } = await import('fflate');
    const zip = new Zip((error, chunk) => {
      if (error) throw error;
      this.#take(chunk as Uint8Array<ArrayBuffer>);
    });
    this.#zip = zip;
    return { zip, open: (name, isPacked) => (isPacked ? new ZipDeflate(name) : new ZipPassThrough(name)) };
  }

  #take(chunk: Uint8Array<ArrayBuffer>): void {
    this.#bytes += chunk.length;
    this.#chunkBytes += chunk.length;
    // A chunk may be a part of what the next file is read into.
    this.#chunks.push(chunk.slice());
    if (this.#chunkBytes >= PART_BYTES) this.#flush();
  }

  #flush(): void {
    this.#blobs.push(new Blob(this.#chunks));
    this.#chunks = [];
    this.#chunkBytes = 0;
  }
}
