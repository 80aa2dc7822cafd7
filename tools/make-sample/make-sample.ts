/** `npm run sample`: draws the sample picture and explains it, for `public/samples`. */
import { mkdir, writeFile } from 'node:fs/promises';
import sharp from 'sharp';
import { readPicture } from '../../src/formats/testing/goldens.ts';
import { drawGrain } from './draw-grain.ts';
import { explainPicture } from './explain-picture.ts';

const FOLDER = 'public/samples/drawn-pollen';

await mkdir(FOLDER, { recursive: true });
const { data, width, height } = drawGrain();
await sharp(data, { raw: { width, height, channels: 4 } })
  .removeAlpha()
  .png({ compressionLevel: 9 })
  .toFile(`${FOLDER}/picture.png`);
const sample = await explainPicture(await readPicture(`${FOLDER}/picture.png`), {
  name: 'drawn pollen grain.png',
  picture: 'picture.png',
  caption: 'A sample, drawn by a program: not a photograph, and of no plant. Its first maps were computed beforehand.',
});
await writeFile(`${FOLDER}/explanation.json`, `${JSON.stringify(sample)}\n`);
process.exit(0);
