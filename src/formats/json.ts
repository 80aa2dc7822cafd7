/** Reading JSON from files that nobody has checked yet. */
import { AppError } from '../core/app-error.ts';
import type { Json } from './network/artifacts.ts';

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

export function asObject(json: Json | undefined): JsonObject | null {
  return isObject(json) ? json : null;
}

export function asArray(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? json : [];
}

export function objectsIn(json: Json | undefined): JsonObject[] {
  return asArray(json).filter(isObject);
}

/**
 * Numbers as Keras writes them where they were arrays, `{"type": "ndarray", "value": 6.0}` of old, and shapes: objects that say what they are.
 */
function numbersOfArray(json: JsonObject): Json | undefined {
  if (json.type === 'ndarray') return json.value;
  if (json.class_name === 'TensorShape' || json.class_name === '__tuple__') return json.items;
  return json.class_name === '__numpy__' || json.class_name === '__tensor__' ? asObject(json.config)?.value : undefined;
}

/** The same with plain numbers, and lists of them, wherever they are wrapped. */
export function withPlainNumbers(json: Json): Json {
  if (Array.isArray(json)) return json.map(withPlainNumbers);
  if (!isObject(json)) return json;
  const numbers = numbersOfArray(json);
  if (numbers !== undefined) return numbers;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, withPlainNumbers(value)]));
}

/** A model's description has some ten levels; those that read it go into each, and cannot go on for ever. */
const MAX_DEPTH = 500;

function isTooDeep(json: Json): boolean {
  let level: Json[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? Object.values(value) : []));
  }
  return false;
}

/**
 * @param what what holds the text, as an error begins with it
 * @throws AppError `model-file-broken` naming the file.
 */
export function parseJson(fileName: string, text: string, what = `The file ${fileName}`): Json {
  let json: Json;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new AppError('model-file-broken', `${what} is no valid JSON; please get it again.`, { cause: error });
  }
  if (isTooDeep(json)) throw new AppError('model-file-broken', `${what} is nested too deeply to be a model; please get it again.`);
  return json;
}

/** `json.dump(model.to_json(), file)` puts the JSON into a text, and that into JSON. @throws SyntaxError */
export function parseNested(text: string): Json {
  const json: Json = JSON.parse(text.replace(/^\uFEFF/, ''));
  return typeof json === 'string' && /^\s*\{/.test(json) ? JSON.parse(json) : json;
}
