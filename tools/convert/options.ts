import { basename } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run convert -- FILE OUT [options]

Turns a trained network into a tf.js layers-model with a manifest, in the folder OUT.
FILE: .safetensors with torchvision's names for a DenseNet, or a whole Keras model (.h5).

  --input HEIGHTxWIDTH    what the network is given (default: 224x224, or what the file says)
  --labels FILE           class names: a JSON list
  --title TEXT            how the model is called on the page (default: the file's name without its ending)
  --description TEXT
  --origin TEXT           where the weights come from
  --licence TEXT          under which licence they may be used
  --float32               whole weights instead of half precision`;

export interface ConvertOptions {
  readonly file: string;
  readonly out: string;
  readonly input: { readonly width: number; readonly height: number };
  readonly labels: string | null;
  readonly title: string;
  readonly description: string;
  readonly origin: string;
  readonly licence: string;
  readonly dtype: 'float32' | 'float16';
}

/** @throws Error with one sentence for arguments that make no sense. */
export function parseOptions(argv: string[]): ConvertOptions {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      input: { type: 'string', default: '224x224' },
      labels: { type: 'string' },
      title: { type: 'string' },
      description: { type: 'string', default: '' },
      origin: { type: 'string', default: '' },
      licence: { type: 'string', default: '' },
      float32: { type: 'boolean', default: false },
    },
  });
  const [file, out, ...rest] = positionals;
  if (!file || !out || rest.length) throw new Error('Please name one FILE and one OUT.');
  const size = /^([1-9]\d*)x([1-9]\d*)$/.exec(values.input);
  if (!size) throw new Error(`--input ${values.input} is no HEIGHTxWIDTH, such as 224x224.`);
  return {
    file,
    out,
    input: { height: Number(size[1]), width: Number(size[2]) },
    labels: values.labels ?? null,
    title: values.title ?? basename(file).replace(/\.\w+$/, ''),
    description: values.description,
    origin: values.origin,
    licence: values.licence,
    dtype: values.float32 ? 'float32' : 'float16',
  };
}
