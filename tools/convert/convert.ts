/** `npm run convert -- FILE OUT`: see `USAGE`. */
import { AppError, asAppError } from '../../src/core/app-error.ts';
import { writeModel } from '../model/fetched-model.ts';
import { compare, describeComparison } from './compare.ts';
import { type Conversion, convertModel } from './convert-model.ts';
import { type ImageFile, listImages } from './images.ts';
import { openNetwork } from './network.ts';
import { type ConvertOptions, parseOptions, USAGE } from './options.ts';

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function write(out: string, { files, card }: Conversion): Promise<void> {
  await writeModel(out, { files, besides: [], card }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : cause;
    throw new AppError('internal', `The folder ${out} could not be written (${reason}); please name another one.`, { cause });
  });
  const total = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
  say(`${files.length} files, ${(total / 1e6).toFixed(1)} MB, in ${out}: “${card.title}”`);
}

async function measure({ original, written, card }: Conversion, images: readonly ImageFile[]): Promise<void> {
  const after = await openNetwork(written, null);
  process.stderr.write(`Asking both networks about ${images.length} images …\n`);
  const comparison = await compare(original, after, card.preprocessing, images, (sentence) => process.stderr.write(`${sentence}\n`));
  after.dispose();
  say(describeComparison(comparison));
}

async function convert(options: ConvertOptions): Promise<void> {
  // Before the long work: a mistyped folder should not cost minutes.
  const images = options.images === null ? [] : await listImages(options.images);
  const conversion = await convertModel(options);
  for (const remark of conversion.remarks) say(remark);
  await write(options.out, conversion);
  if (images.length > 0) await measure(conversion, images);
  conversion.original.dispose();
}

function options(): ConvertOptions | null {
  try {
    const given = parseOptions(process.argv.slice(2));
    if (!given) say(USAGE);
    return given;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n\n${USAGE}\n`);
    process.exitCode = 1;
    return null;
  }
}

const given = options();
if (given) {
  await convert(given).catch((error: unknown) => {
    process.stderr.write(`${asAppError(error).message}\n`);
    process.exitCode = 1;
  });
}
