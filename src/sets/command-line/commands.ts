/** The commands of the command line: what each is for, what it takes, and which options. */
import { type Asked, SETTINGS, type SettingName } from './settings.ts';

/** What is no setting of what is found: which files, how it runs, how it speaks. */
export const OPTIONS = {
  model: {
    value: 'MODEL',
    help: 'the trained network: its file, its folder, or hf:OWNER/NAME, perhaps with @REVISION, of the Hugging Face hub',
  },
  out: { value: 'DIR', help: 'the folder that results are written into' },
  labels: { value: 'FILE', help: 'class names: .txt with one on each line, .csv or .json' },
  workers: { value: 'N', help: 'how many images are worked on at a time (default: one for each core)' },
  memory: { value: 'MB', help: 'the most memory for a batch of ablated copies in each worker, in megabytes (default: 64; WebGPU: 256)' },
  shard: { value: 'I/N', help: 'does only the I-th of N parts of the images: always the same ones, evenly taken from the sorted list' },
  retry: { value: null, help: 'tries images again that could not be explained before' },
  json: { value: null, help: 'says what was done as JSON, on standard output' },
  title: { value: 'TEXT', help: 'how the model is called on the page (default: the file’s name without its ending)' },
  description: { value: 'TEXT', help: 'what it is, in a sentence' },
  origin: { value: 'TEXT', help: 'where the weights come from' },
  licence: { value: 'TEXT', help: 'under which licence they may be used' },
  float16: { value: null, help: 'weights in half precision (default)' },
  float32: { value: null, help: 'whole weights' },
  uint8: { value: null, help: 'a quarter of the size; please measure what it costs, with --images' },
  images: {
    value: 'FOLDER',
    help: 'says how much the network’s answers for these images change by the smaller weights, and how many are right, where they lie in folders that are named like the classes',
  },
  help: { value: null, help: 'shows this' },
} as const satisfies Readonly<Record<string, { readonly value: string | null; readonly help: string }>>;

export type OptionName = keyof typeof OPTIONS | SettingName;

export interface Command {
  /** What stands after its name. */
  readonly takes: string;
  readonly summary: string;
  /** What else is to be known, in paragraphs. */
  readonly more: readonly string[];
  readonly example: string;
  readonly options: readonly OptionName[];
  /** What is usual here, and not elsewhere. */
  readonly usual?: Partial<Asked>;
}

const SENSITIVITY = ['sensitivity', 'samples', 'radius'] as const;
const USE = ['input', 'output', 'reading', 'preprocessing', 'fit', 'resampling', 'copy', 'choice', 'labels', 'stretch'] as const;
const SWEEPS = ['window', 'stride', 'value', 'channels', 'patch', 'patch-stride', 'patch-value', 'masks', 'seed'] as const;
const DISPLAY = ['colormap', 'sign', 'opacity', 'contrast', 'cells', 'content'] as const;
const RUNNING = ['backend', 'workers', 'memory', 'shard', 'retry', 'json', 'help'] as const;

const IMAGES =
  'IMAGES are files, folders with everything below them, patterns such as "data/**/*.jpg", or - for a list on standard input, a path on each line. An image’s folder is its class, where it is called like one.';
const GOES_ON =
  'A run that was stopped goes on where it was: the same command does it. What cannot be read is a line of the results with its error, and the others go on.';

export const COMMANDS = {
  explain: {
    takes: 'IMAGES...',
    summary: 'explains images: overlays (PNG), maps (JSON, NPY), and a line for each image in results.jsonl',
    more: [IMAGES, GOES_ON],
    example: 'explain photos/ --model model.keras --layer conv5_block32_concat --class serjania --out results',
    options: ['model', 'out', 'layer', 'class', 'target', 'versus', 'methods', 'files', ...SWEEPS, ...USE, ...DISPLAY, ...RUNNING],
  },
  measure: {
    takes: 'IMAGES...',
    summary: 'measures how faithful the maps of images are, as the page’s Dataset does, and writes its table as CSV and JSON',
    more: [IMAGES, GOES_ON],
    example: 'measure validation/ --model model.onnx --methods grad-cam,fast-ablation-cam --out measures',
    options: [
      'model',
      'out',
      'layer',
      'methods',
      'steps',
      'replacement',
      ...SENSITIVITY,
      'files',
      ...SWEEPS,
      ...USE,
      ...DISPLAY,
      ...RUNNING,
    ],
    usual: { files: ['data'] },
  },
  layers: {
    takes: 'MODEL',
    summary: 'prints a network’s layers, and what the methods cost at each of them, in forward passes',
    more: [],
    example: 'layers hf:timm/resnet18.a1_in1k --methods fast-ablation-cam,ablation-cam',
    options: ['methods', ...SWEEPS, ...USE, 'json', 'help'],
  },
  merge: {
    takes: 'DIRS...',
    summary: 'puts the results of all shards of a run together, once they are complete',
    more: [
      'DIRS are the folders that the shards wrote into, or the one that all of them did. Their files are linked where that can be done, else copied.',
    ],
    example: 'merge part-1 part-2 part-3 part-4 --out results',
    options: ['out', 'json', 'help'],
  },
  convert: {
    takes: 'FILE OUT',
    summary: 'turns a trained network of any format into a folder that the page opens',
    more: [
      'What is written is a tf.js layers-model with a manifest, in the folder OUT, or, where tf.js lacks one of its layers, this project’s own network format. What else belongs to a model (shards, weights, a network’s JSON, a manifest.json) is looked for beside it; FILE may be a folder with all of it, or hf:OWNER/NAME of the Hugging Face hub.',
    ],
    example: 'convert model.keras public/models/mine --float16 --images validation/',
    options: [
      ...(['input', 'preprocessing', 'fit', 'labels', 'title', 'description', 'origin', 'licence'] as const),
      ...(['float16', 'float32', 'uint8', 'images', 'help'] as const),
    ],
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof COMMANDS;

export function isSetting(name: OptionName): name is SettingName {
  return name in SETTINGS;
}

/** What stands for the option's value, and what it does. */
export function described(name: OptionName): { readonly value: string | null; readonly help: string } {
  return isSetting(name) ? SETTINGS[name] : OPTIONS[name];
}
