import { parseArgs } from 'node:util';
import { asFit, type Fit, type Size } from '../../src/core/images/geometry.ts';
import { NORMALISATIONS, type NormalisationId } from '../../src/core/images/preprocessing.ts';
import { FORMATS } from '../../src/formats/list.ts';
import type { WeightType } from '../../src/formats/tfjs/layers-model-writer.ts';

const NORMALISATION_IDS = NORMALISATIONS.map(({ id }) => id);
const WEIGHT_TYPES: readonly WeightType[] = ['float32', 'float16', 'uint8'];

/** What the list of formats says, and nothing else. */
const FILES = FORMATS.flatMap(({ hint, title = [] }) => hint ?? title);

export const USAGE = `Usage: npm run convert -- FILE OUT [options]

Turns a trained network into a tf.js layers-model with a manifest, in the folder OUT, or, where tf.js lacks one of its layers, into this
project's own network format. FILE is one of

${FILES.map((file) => `  ${file}`).join('\n')}

  hf:OWNER/NAME, perhaps with @REVISION: a model of the Hugging Face hub, which is downloaded

What else belongs to a model (shards, weights, a network's JSON, a manifest.json) is looked for beside it; FILE may be a folder with all of
it, too.

  --input HEIGHTxWIDTH    what a network that takes images of any size is given (default: what suits it, mostly 224x224)
  --preprocessing HOW     ${NORMALISATION_IDS.join(', ')} (default: guessed from the layers)
  --fit HOW               how an image of another shape is fitted: stretched, letterbox, centre-crop, or short-side-256 for one whose short
                          side is resized to 256 pixels before its middle is cropped
  --labels FILE           class names: .txt with one on each line, .csv or .json
  --title TEXT            how the model is called on the page (default: the file's name without its ending)
  --description TEXT
  --origin TEXT           where the weights come from
  --licence TEXT          under which licence they may be used
  --float16               weights in half precision (default)
  --float32               whole weights
  --uint8                 a quarter of the size; please measure what it costs, with --images
  --images FOLDER       says how much the network's answers for these images change by the smaller weights, and how many are
                          right, where they lie in folders that are named like the classes
  --help                  shows this`;

/** Null: not said. */
export interface ConvertOptions {
  readonly file: string;
  readonly out: string;
  readonly input: Size | null;
  readonly preprocessing: NormalisationId | null;
  readonly fit: Fit | null;
  readonly labels: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly origin: string | null;
  readonly licence: string | null;
  readonly weights: WeightType;
  readonly images: string | null;
}

function parseSize(text: string): Size {
  const [, height, width] = /^([1-9]\d*)x([1-9]\d*)$/.exec(text) ?? [];
  if (!height || !width) throw new Error(`--input ${text} is no HEIGHTxWIDTH, such as 224x224.`);
  return { height: Number(height), width: Number(width) };
}

function parseFit(text: string): Fit {
  const fit = asFit(text);
  if (!fit) throw new Error(`--fit ${text} is none of stretched, letterbox, centre-crop and short-side-256 (or another number of pixels).`);
  return fit;
}

function choice<T extends string>(option: string, text: string | undefined, known: readonly T[]): T | null {
  if (text === undefined) return null;
  const found = known.find((name) => name === text);
  if (!found) throw new Error(`--${option} ${text} is none of ${known.join(', ')}.`);
  return found;
}

/**
 * @returns null where help is asked for
 * @throws Error with one sentence for arguments that make no sense
 */
export function parseOptions(argv: string[]): ConvertOptions | null {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      input: text,
      preprocessing: text,
      fit: text,
      labels: text,
      title: text,
      description: text,
      origin: text,
      licence: text,
      images: text,
      float16: flag,
      float32: flag,
      uint8: flag,
      help: flag,
    },
  });
  if (values.help) return null;
  const [file, out, ...rest] = positionals;
  if (!file || !out || rest.length > 0) throw new Error('Please name one FILE and one OUT.');
  const [weights = 'float16', ...others] = WEIGHT_TYPES.filter((type) => values[type]);
  if (others.length > 0) throw new Error(`Please choose one of --${[weights, ...others].join(' and --')}.`);
  return {
    file,
    out,
    input: values.input === undefined ? null : parseSize(values.input),
    preprocessing: choice('preprocessing', values.preprocessing, NORMALISATION_IDS),
    fit: values.fit === undefined ? null : parseFit(values.fit),
    labels: values.labels ?? null,
    title: values.title ?? null,
    description: values.description ?? null,
    origin: values.origin ?? null,
    licence: values.licence ?? null,
    weights,
    images: values.images ?? null,
  };
}
