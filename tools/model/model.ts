/** `npm run model -- NAME`: see `USAGE`. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asAppError } from '../../src/core/app-error.ts';
import { writeModel } from '../../src/node/model/written-model.ts';
import type { Choice } from './choices.ts';
import { type ModelOptions, parseOptions, USAGE } from './options.ts';

const CACHE = 'node_modules/.cache/models';

async function fetchModel({ fetch }: Choice, folder: string): Promise<void> {
  const model = await fetch(CACHE);
  await writeModel(folder, model);
  const total = model.files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  process.stdout.write(`${model.files.length} files, ${(total / 1e6).toFixed(1)} MB, in ${folder}: “${model.card.title}”\n`);
}

function options(): ModelOptions | null {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`);
    return null;
  }
}

const given = options();
if (!given) process.exitCode = 1;
else {
  const folder = join('public/models', given.choice.id);
  if (existsSync(join(folder, 'manifest.json')) && !given.again) {
    process.stdout.write(`${given.choice.name} is there already, in ${folder}; add --again to fetch it anew.\n`);
  } else {
    await fetchModel(given.choice, folder).catch((error: unknown) => {
      process.stderr.write(`${asAppError(error).message}\n`);
      process.exitCode = 1;
    });
  }
}
