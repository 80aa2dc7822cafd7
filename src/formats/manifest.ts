import { AppError } from '../core/app-error.ts';
import type { ModelFile, ModelManifest } from '../core/manifest.ts';
import type { Preprocessing } from '../core/preprocessing.ts';
import type { Json } from './artifacts.ts';
import { asArray, asObject, type JsonObject, objectsIn, parseJson } from './json.ts';

const FITS = ['squeeze', 'letterbox', 'centre-crop'] as const;

function triple(json: Json | undefined): [number, number, number] | null {
  const [a, b, c, ...rest] = asArray(json);
  return typeof a === 'number' && typeof b === 'number' && typeof c === 'number' && rest.length === 0 ? [a, b, c] : null;
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
  const positive = (object: JsonObject | null, field: string): number => {
    const value = object?.[field];
    if (typeof value !== 'number' || !(value > 0)) throw wrong(field);
    return value;
  };
  const input = asObject(json.input);
  const outputActivation = json.outputActivation;
  if (outputActivation !== 'softmax' && outputActivation !== 'sigmoid') throw wrong('outputActivation');
  return {
    title: string(json, 'title'),
    description: string(json, 'description'),
    input: { width: positive(input, 'width'), height: positive(input, 'height') },
    preprocessing: parsePreprocessing(asObject(json.preprocessing), wrong, positive),
    outputActivation,
    classNames: asArray(json.classNames).map(String),
    origin: string(json, 'origin'),
    licence: string(json, 'licence'),
    files: objectsIn(json.files).map(
      (file): ModelFile => ({ path: string(file, 'path'), bytes: positive(file, 'bytes'), sha256: string(file, 'sha256') }),
    ),
  };
}

function parsePreprocessing(
  json: JsonObject | null,
  wrong: (field: string) => AppError,
  positive: (object: JsonObject | null, field: string) => number,
): Preprocessing {
  const channels = json?.channels;
  if (channels !== 'rgb' && channels !== 'bgr') throw wrong('preprocessing.channels');
  const mean = triple(json?.mean);
  if (!mean) throw wrong('preprocessing.mean');
  const deviation = triple(json?.deviation);
  if (!deviation || deviation.includes(0)) throw wrong('preprocessing.deviation');
  const fit = FITS.find((known) => known === json?.fit);
  if (!fit) throw wrong('preprocessing.fit');
  return { channels, scale: positive(json, 'scale'), mean, deviation, fit };
}
