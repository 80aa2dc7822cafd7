/** Reading JSON from files that nobody has checked yet. */
import { AppError } from '../core/app-error.ts';
import type { Json } from './artifacts.ts';

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

/** @throws AppError `model-file-broken` naming the file. */
export function parseJson(fileName: string, text: string): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('model-file-broken', `The file ${fileName} is no valid JSON; please get it again.`, { cause: error });
  }
}
