/** `npm run samples`: draws the pollen grain, and explains every sample by the model that it comes with, for `public/samples`. */
import { writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { SampleDescription } from '../../src/platform/samples.ts';
import { drawGrain } from './draw-grain.ts';
import { EVERYDAY_SAMPLES } from './everyday-samples.ts';
import { explainImages } from './explain-images.ts';

const DRAWN_GRAIN: SampleDescription = {
  name: 'drawn-pollen-grain.png',
  label: null,
  caption: 'Drawn by a program: not a photograph, and of no plant.',
  credit: null,
  box: null,
};

async function makeSamples(modelId: string, descriptions: readonly SampleDescription[]): Promise<void> {
  const folder = `public/samples/${modelId}`;
  const samples = await explainImages(modelId, folder, descriptions);
  await writeFile(`${folder}/samples.json`, `[\n${samples.map((sample) => JSON.stringify(sample)).join(',\n')}\n]\n`);
  for (const { name, label, named } of samples) process.stdout.write(`${name}: ${label ?? 'no class'}, named ${named}\n`);
}

const { data, width, height } = drawGrain();
await sharp(data, { raw: { width, height, channels: 4 } })
  .removeAlpha()
  .png({ compressionLevel: 9 })
  .toFile(`public/samples/densenet169-polen23e/${DRAWN_GRAIN.name}`);
await makeSamples('densenet169-polen23e', [DRAWN_GRAIN]);
await makeSamples('densenet169-everyday', EVERYDAY_SAMPLES);
process.exit(0);
