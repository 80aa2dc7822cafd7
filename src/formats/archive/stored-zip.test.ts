import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { roleOf } from '../file-role.ts';
import { storedFiles } from './stored-zip.ts';

const FILES = { 'a.txt': new TextEncoder().encode('first'), 'b/numbers': Uint8Array.from({ length: 1000 }, (_, i) => i) };

const blobOf = (bytes: Uint8Array) => new Blob([Uint8Array.from(bytes)]);

describe('an archive in which nothing is packed', () => {
  it('gives its files as parts of it, and checks what is read', async () => {
    const files = await storedFiles(blobOf(zipSync(FILES, { level: 0 })));
    expect([...files.keys()]).toEqual(['a.txt', 'b/numbers']);
    expect(await files.get('a.txt')?.content.text()).toBe('first');
    expect(await files.get('b/numbers')?.read()).toEqual(FILES['b/numbers']);
  });

  it('tells a bit that turned over', async () => {
    const bytes = zipSync(FILES, { level: 0 });
    bytes[30 + 'a.txt'.length] = 'F'.charCodeAt(0);
    const files = await storedFiles(blobOf(bytes));
    await expect(files.get('a.txt')?.read()).rejects.toThrow('a check sum is wrong');
  });

  it('is refused where it is packed, or cut short at any place', async () => {
    await expect(storedFiles(blobOf(zipSync(FILES)))).rejects.toThrow('it was packed again');
    const whole = zipSync(FILES, { level: 0 });
    for (let bytes = 0; bytes < whole.length; bytes += 37) await expect(storedFiles(blobOf(whole.subarray(0, bytes)))).rejects.toThrow();
  });
});

describe('a session', () => {
  it('is told from other zips by its first bytes, whatever it is called', () => {
    const type = new TextEncoder().encode('application/x-fast-ablation-cam-session');
    const session = zipSync({ mimetype: type, 'session.json': new Uint8Array() }, { level: 0 });
    for (const name of ['view.fastcam', 'view.zip', 'view.keras', 'view']) expect(roleOf(name, session).use).toBe('session');
    expect(roleOf('view.fastcam', zipSync({ other: type }, { level: 0 })).use).not.toBe('session');
  });
});
