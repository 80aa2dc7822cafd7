/**
 * `npm run fuzz`: see `USAGE`.
 *
 * Starts itself anew with the software Vulkan driver in reach, unless the machine has its own (`--gpu`).
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { softwareVulkan } from '../browser/find-browser.ts';
import { type FuzzOptions, parseOptions, USAGE } from './options.ts';

function options(): FuzzOptions | null {
  try {
    const given = parseOptions(process.argv.slice(2));
    if (!given) process.stdout.write(`${USAGE}\n`);
    return given;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`);
    process.exitCode = 1;
    return null;
  }
}

const given = options();
if (given) {
  const driver = given.hasGpu ? {} : softwareVulkan();
  const script = fileURLToPath(new URL('fuzz-run.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [...process.execArgv, script, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, ...driver },
  });
  process.exitCode = status ?? 1;
}
