/** `convert FILE OUT`: a trained network of any format as a folder that the page opens. */
import { AppError } from '../../core/app-error.ts';
import type { Arguments } from '../arguments.ts';
import { writingFault } from '../disk-faults.ts';
import { EXIT_CODES } from '../exit-code.ts';
import { type FoundImage, findImages } from '../images/find-images.ts';
import { writeModel } from '../model/written-model.ts';
import type { Program } from '../program.ts';
import type { Terminal } from '../terminal.ts';
import { compare, describeComparison } from './compare.ts';
import { type Conversion, convertModel } from './convert-model.ts';
import { openNetwork } from './network.ts';
import { convertOptions } from './options.ts';

async function write(out: string, { files, card }: Conversion, { print }: Terminal): Promise<void> {
  await writeModel(out, { files, besides: [], card }).catch((cause: unknown) => {
    const sentence = `The folder ${out} could not be written (${writingFault(cause)}); please make room, or name another one.`;
    throw new AppError('output-unwritable', sentence, { cause });
  });
  const total = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  print(`${files.length} files, ${(total / 1e6).toFixed(1)} MB, in ${out}: “${card.title}”`);
}

async function measure({ original, written, card }: Conversion, images: readonly FoundImage[], { print, say }: Terminal): Promise<void> {
  const after = await openNetwork(written, null);
  say(`Asking both networks about ${images.length} images …`);
  const comparison = await compare(original, after, card.preprocessing, images, say);
  after.dispose();
  print(describeComparison(comparison));
}

export async function convert(given: Arguments, { terminal }: Program): Promise<number> {
  const options = convertOptions(given);
  // Before the long work: a mistyped folder should not cost minutes.
  const images = options.images === null ? [] : (await findImages([options.images], terminal.read, null)).images;
  const conversion = await convertModel(options);
  for (const remark of conversion.remarks) terminal.say(remark);
  await write(options.out, conversion, terminal);
  if (images.length > 0) await measure(conversion, images, terminal);
  conversion.original.dispose();
  return EXIT_CODES.done.code;
}
