/** Unpacks an npm package without installing it: none of its scripts runs, nothing that it depends on comes, no file of ours changes. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '../../src/core/app-error.ts';

const run = promisify(execFile);
/** Where npm is a script, as on Windows, only a shell can start it. */
const shell = process.platform === 'win32';

/**
 * Fetches the package from the registry that npm is configured for, and gives `use` the folder with its content, which is gone afterwards.
 *
 * @param spec name and version, such as `left-pad@1.3.0`
 * @param cache a folder for what is temporary; its path must be relative and without spaces, which a shell would have to be told about
 * @throws AppError `download-failed` or `model-file-broken`, naming the package
 */
export async function withNpmPackage<T>(spec: string, cache: string, use: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'npm-'));
  try {
    // A version never changes, so what npm has in its cache will do. With npm's own waits between its tries, no network would take a
    // minute to be noticed.
    const options = ['--ignore-scripts', '--prefer-offline', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=3000'];
    await run('npm', ['pack', spec, '--pack-destination', folder, ...options], { shell }).catch((cause) => {
      throw new AppError(
        'download-failed',
        `The npm package ${spec} could not be fetched (${reasonOf(cause)}); please check the network connection and npm’s registry (npm config get registry), and run the same command again.`,
        { cause },
      );
    });
    const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
    if (!archive) throw new AppError('download-failed', `npm has fetched no archive of ${spec}; please run npm pack ${spec} to see why.`);
    // Named from its own folder: some tars take what stands before a colon, as in C:\, for another machine.
    await run('tar', ['-xzf', archive], { cwd: folder }).catch((cause) => {
      throw new AppError(
        'model-file-broken',
        `The archive ${archive} of ${spec} could not be unpacked (${reasonOf(cause)}); please check that the program tar is there and the disk has room, and run the same command again.`,
        { cause },
      );
    });
    return await use(join(folder, 'package'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of all that a program says when it fails, what matters: npm's error code, or the first line. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const said = 'stderr' in error && typeof error.stderr === 'string' ? error.stderr : '';
  return /^npm (?:error|ERR!) code (\S+)/m.exec(said)?.[1] ?? (said.trim().split('\n')[0] || error.message);
}
