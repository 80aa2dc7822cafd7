import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run fuzz -- [options]

Draws Keras networks from all kinds of layers that are read, writes each down as a person's file, and holds what the engine answers about it
(scores, Grad-CAM, the first-order estimate, FastAblationCAM, Ablation-CAM) on every backend against a reference in float64, in which gradients
are central differences. Says for each network that differs how to draw it again, and leaves its files in a folder.

  --networks N       how many (default: 500)
  --seed N           other networks (default: 1)
  --index N          only this one of the seed's networks, on WebGPU too
  --webgpu-every N   every how many-th network runs on WebGPU too, where there is any; 0: none (default: 10)
  --gpu              runs WebGPU on the machine's own driver, and not on the software driver
  --out FOLDER       where the files of networks that differ go (default: fuzz-out)
  --help             shows this`;

export interface FuzzOptions {
  readonly networks: number;
  readonly seed: number;
  /** Null: all of them. */
  readonly index: number | null;
  readonly webgpuEvery: number;
  readonly hasGpu: boolean;
  readonly out: string;
}

function count(option: string, text: string, least: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= least)) throw new Error(`--${option} ${text} is no whole number from ${least} on.`);
  return number;
}

/**
 * @returns null where help is asked for
 * @throws Error with one sentence for arguments that make no sense
 */
export function parseOptions(argv: string[]): FuzzOptions | null {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: argv,
    options: {
      networks: { ...text, default: '500' },
      seed: { ...text, default: '1' },
      index: text,
      'webgpu-every': { ...text, default: '10' },
      out: { ...text, default: 'fuzz-out' },
      gpu: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  return {
    networks: count('networks', values.networks, 1),
    seed: count('seed', values.seed, 0),
    index: values.index === undefined ? null : count('index', values.index, 0),
    webgpuEvery: count('webgpu-every', values['webgpu-every'], 0),
    hasGpu: values.gpu,
    out: values.out,
  };
}
