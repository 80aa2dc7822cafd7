/** Which files of a model on the hub are its weights, and what says how they are used. */
import { AppError } from '../../core/app-error.ts';
import { MAX_BYTES } from '../archive/unpack.ts';
import type { HubFile, HubInfo } from './hub-listing.ts';

export interface HubFiles {
  /** The weights, or the index that names their parts. */
  readonly main: HubFile;
  /** Where it is an index. */
  readonly shards: readonly HubFile[];
  /** What says how the network is used. */
  readonly configs: readonly HubFile[];
}

const CONFIGS = ['config.json', 'preprocessor_config.json'];
const INDEX = 'model.safetensors.index.json';
/** Descriptions of networks are a few kilobytes. */
const MAX_CONFIG_BYTES = 16e6;

/** The tasks of the hub that classifiers of images, or what they begin with, are listed under. */
const OF_CLASSIFIERS = new Set(['image-classification', 'image-feature-extraction', 'zero-shot-image-classification']);

/**
 * @param label what errors call the model
 * @throws AppError `model-unsupported` for what no weights need be downloaded to refuse
 */
export function refuseByInfo(label: string, { isGated, task }: HubInfo): void {
  if (isGated) {
    throw new AppError(
      'model-unsupported',
      `The model ${label} is gated: its makers want to know who has it; please agree to that on its page, download its files there, and drop them here.`,
    );
  }
  if (task !== null && !OF_CLASSIFIERS.has(task))
    throw new AppError('model-unsupported', `The model ${label} is for ${task}, and no image classifier; please choose one that is.`);
}

function unsupported(label: string, what: string): AppError {
  return new AppError('model-unsupported', `The model ${label} ${what}.`);
}

function mainOf(label: string, files: readonly HubFile[]): HubFile {
  const named = (name: string) => files.find(({ path }) => path === name);
  const known = named('model.safetensors') ?? named(INDEX);
  if (known) return known;
  const [only, ...others] = files.filter(({ path }) => /\.safetensors$/i.test(path));
  if (only && others.length === 0) return only;
  if (only)
    throw unsupported(
      label,
      `has several files of weights, ${only.path} and ${others[0]?.path} among them; please download one, and drop it here`,
    );
  const pickled = files.find(({ path }) => /\.(bin|pth|pt|ckpt|pkl)$/i.test(path));
  if (pickled)
    throw unsupported(
      label,
      `has its weights as a pickle alone (${pickled.path}), and only safetensors are downloaded from here; please download it on its page, and drop it here, where it is read and never run`,
    );
  throw unsupported(label, 'has no weights as safetensors; please choose one that has, or download its files and drop them here');
}

/**
 * @param listed all files of the model
 * @throws AppError `model-unsupported` where there are no weights that can be opened
 */
export function hubFiles(label: string, listed: readonly HubFile[]): HubFiles {
  const files = listed.filter(({ path }) => !path.includes('/'));
  const main = mainOf(label, files);
  const shards = main.path === INDEX ? files.filter(({ path }) => /^model-\d{5}-of-\d{5}\.safetensors$/.test(path)) : [];
  const configs = files.filter(({ path, bytes }) => CONFIGS.includes(path) && bytes <= MAX_CONFIG_BYTES);
  const total = [main, ...shards].reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MAX_BYTES)
    throw unsupported(label, `takes ${Math.round(total / 1e6)} MB, more than a browser can hold; please choose a smaller one`);
  return { main, shards, configs };
}
