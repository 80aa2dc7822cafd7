/** `npm run convert -- FILE OUT`: see `USAGE`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { convertModel } from './convert-model.ts';
import { parseOptions, USAGE } from './options.ts';

try {
  const options = parseOptions(process.argv.slice(2));
  const files = await convertModel(options);
  await mkdir(options.out, { recursive: true });
  for (const { path, bytes } of files) await writeFile(join(options.out, path), bytes);
  const total = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  process.stdout.write(`${files.length} files, ${(total / 1e6).toFixed(1)} MB, in ${options.out}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`);
  process.exitCode = 1;
}
