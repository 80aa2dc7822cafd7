import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TYPEDOC = join(ROOT, 'tools/api-docs/node_modules/typedoc/bin/typedoc');

function textsIn(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}

it('docs/api says what the library’s sources say (npm run docs)', async () => {
  expect(existsSync(TYPEDOC)).toBe(true);
  const made = mkdtempSync(join(tmpdir(), 'api-'));
  try {
    await promisify(execFile)(process.execPath, [TYPEDOC, '--out', made, '--logLevel', 'Error'], { cwd: join(ROOT, 'tools/api-docs') });
    expect(textsIn(made)).toEqual(textsIn(join(ROOT, 'docs/api')));
  } finally {
    rmSync(made, { recursive: true });
  }
});
