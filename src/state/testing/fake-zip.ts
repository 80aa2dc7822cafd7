/** A zip archive as tests need it: JSON with the content of every file. */
import type { ZipWriter } from '../dependencies.ts';

export class FakeZip implements ZipWriter {
  readonly #files: Record<string, number[]> = {};

  async add(name: string, content: Blob): Promise<void> {
    this.#files[name] = [...new Uint8Array(await content.arrayBuffer())];
  }

  finish(type: string): Blob {
    return new Blob([JSON.stringify(this.#files)], { type });
  }
}

/** The files of such an archive. */
export async function filesInFakeZip(archive: Blob): Promise<Map<string, Blob>> {
  const files: Record<string, number[]> = JSON.parse(await archive.text());
  return new Map(Object.entries(files).map(([name, bytes]) => [name, new Blob([Uint8Array.from(bytes)])]));
}
