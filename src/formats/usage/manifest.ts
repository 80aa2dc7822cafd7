import { AppError } from '../../core/app-error.ts';
import { asFit } from '../../core/images/geometry.ts';
import { asChannelOrder, channelCount, type Preprocessing } from '../../core/images/preprocessing.ts';
import { RESAMPLINGS } from '../../core/images/resize.ts';
import type { ModelFile, ModelManifest } from '../../core/models/manifest.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { asArray, asObject, type JsonObject, parseJson } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { sha256 as hashOf } from '../sha256.ts';

/** A number for each channel. */
function perChannel(json: Json | undefined, count: number): readonly number[] | null {
  const numbers = asArray(json).filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[];
  return numbers.length === count && asArray(json).length === count ? numbers : null;
}

/** Whether the path stays inside the model's own folder: a manifest must not make the page fetch anything else. */
function isLocalPath(path: string): boolean {
  return path !== '' && !/^[\\/]|:|[?#]/.test(path) && !path.split(/[\\/]/).includes('..');
}

/**
 * A manifest from its text.
 *
 * @throws AppError `model-file-broken` naming the file and the first field that is wrong.
 */
export function parseManifest(fileName: string, text: string): ModelManifest {
  const wrong = (field: string) =>
    new AppError('model-file-broken', `In ${fileName} the field ${field} is missing or wrong; please get the file again.`);
  const json = asObject(parseJson(fileName, text));
  if (!json) throw new AppError('model-file-broken', `The file ${fileName} is no manifest; please get it again.`);
  const string = (object: JsonObject, field: string): string => {
    const value = object[field];
    if (typeof value !== 'string') throw wrong(field);
    return value;
  };
  const whole = (object: JsonObject | null, field: string, label = field): number => {
    const value = object?.[field];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) throw wrong(label);
    return value;
  };
  const names = asArray(json.classNames).filter((name) => typeof name === 'string');
  if (!Array.isArray(json.classNames) || names.length !== json.classNames.length) throw wrong('classNames');
  if (!Array.isArray(json.files)) throw wrong('files');
  const input = asObject(json.input);
  return {
    title: string(json, 'title'),
    description: string(json, 'description'),
    input: { width: whole(input, 'width', 'input.width'), height: whole(input, 'height', 'input.height') },
    preprocessing: parsePreprocessing(asObject(json.preprocessing), wrong),
    outputReading: readingOf(json, wrong),
    classNames: names,
    origin: string(json, 'origin'),
    licence: string(json, 'licence'),
    files: json.files.map((entry, i): ModelFile => {
      const file = asObject(entry) ?? {};
      const { path, sha256 } = file;
      if (typeof path !== 'string' || !isLocalPath(path)) throw wrong(`files[${i}].path`);
      if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw wrong(`files[${i}].sha256`);
      return { path, bytes: whole(file, 'bytes', `files[${i}].bytes`), sha256 };
    }),
  };
}

const READINGS = ['softmax', 'independent', 'binary', 'number'] as const;

/** What was converted by a former version names the activation in place of what the output means. */
function readingOf({ outputReading, outputActivation }: JsonObject, wrong: (field: string) => AppError): OutputReading {
  const reading = READINGS.find((known) => known === outputReading);
  if (reading) return reading;
  if (outputReading !== undefined) throw wrong('outputReading');
  if (outputActivation !== 'softmax' && outputActivation !== 'sigmoid') throw wrong('outputActivation');
  return outputActivation === 'sigmoid' ? 'independent' : 'softmax';
}

/** Former versions called the std `deviation`. */
function parsePreprocessing(json: JsonObject | null, wrong: (field: string) => AppError): Preprocessing {
  const channels = asChannelOrder(json?.channels);
  if (!channels) throw wrong('preprocessing.channels');
  const count = channelCount(channels);
  const mean = perChannel(json?.mean, count);
  if (!mean) throw wrong('preprocessing.mean');
  const std = perChannel(json?.std ?? json?.deviation, count);
  if (!std || std.includes(0)) throw wrong('preprocessing.std');
  const fit = asFit(json?.fit);
  if (!fit) throw wrong('preprocessing.fit');
  const scale = json?.scale;
  if (typeof scale !== 'number' || !(scale > 0)) throw wrong('preprocessing.scale');
  if (json?.resampling === undefined) return { channels, scale, mean, std, fit };
  const resampling = RESAMPLINGS.find((known) => known === json.resampling);
  if (!resampling) throw wrong('preprocessing.resampling');
  return { channels, scale, mean, std, fit, resampling };
}

/** @throws AppError `checksum-mismatch` when the bytes are not those that the manifest describes. */
export async function checkFile(bytes: ArrayBuffer, { path, bytes: length, sha256: hash }: ModelFile): Promise<void> {
  if (bytes.byteLength !== length || (await hashOf(bytes)) !== hash) {
    throw new AppError(
      'checksum-mismatch',
      `The file ${path} is not the one that the manifest describes; please get the model’s files again.`,
    );
  }
}
