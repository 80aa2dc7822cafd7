import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { BlobZipWriter } from './zip-writer.ts';

describe('a zip that is written file by file', () => {
  it('holds what was put in, packed or not, under names of any letters', async () => {
    const zip = new BlobZipWriter();
    const large = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 7919) >> 3);
    await zip.add('große Körner.bin', new Blob([large]), false);
    await zip.add('a.json', new Blob(['{}'.repeat(10_000)]), true);
    await zip.add('empty.txt', new Blob([]), true);
    const written = new Uint8Array(await zip.finish('application/zip').arrayBuffer());
    const files = unzipSync(written);
    expect(Object.keys(files)).toEqual(['große Körner.bin', 'a.json', 'empty.txt']);
    expect(Buffer.from(files['große Körner.bin'] ?? []).equals(Buffer.from(large))).toBe(true);
    expect(new TextDecoder().decode(files['a.json'])).toBe('{}'.repeat(10_000));
    expect(written.length).toBeLessThan(5_001_000);
  });

  it('begins with the first file’s name and content, so that its first bytes can say what it is', async () => {
    const zip = new BlobZipWriter();
    await zip.add('mimetype', new Blob(['application/x-test']), false);
    const head = new Uint8Array(await zip.finish('application/x-test').arrayBuffer()).subarray(0, 56);
    expect(new TextDecoder('latin1').decode(head.subarray(30))).toBe('mimetypeapplication/x-test');
  });
});
