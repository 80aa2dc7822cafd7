/** Class names that exporters note in a file's metadata. */
import { asObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { namesInJson } from './class-names.ts';

/** By whom: Ultralytics, fastai, and what others write by hand. */
const KEYS = ['names', 'classes', 'class_names', 'classNames', 'labels', 'label_names', 'categories', 'id2label', 'idx_to_class', 'vocab'];

/** As Python writes a dict or a list of texts: `{0: 'cat', 1: "dog's"}`. */
const PYTHON_TEXT = /(?:(\d+)\s*:\s*)?(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g;

function jsonOf(text: string): Json | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fromPython(text: string): string[] {
  const found = [...text.matchAll(PYTHON_TEXT)].map(([, number, single, double]) => ({
    number,
    name: (single ?? double ?? '').replace(/\\(['"\\])/g, '$1'),
  }));
  if (!found.every(({ number }) => number !== undefined)) return found.map(({ name }) => name);
  const sorted = found.toSorted((a, b) => Number(a.number) - Number(b.number));
  return sorted.every(({ number }, i) => Number(number) === i) ? sorted.map(({ name }) => name) : [];
}

/** One name on each line, or a list with commas; a single name is no list. */
function fromText(text: string): string[] {
  const lines = text.split(/\r?\n/);
  const names = (lines.length > 1 ? lines : text.split(/[,;|]/)).map((name) => name.trim());
  return names.length > 1 ? names : [];
}

/** Empty where it has none, or none that can be told apart. */
export function notedClassNames(metadata: ReadonlyMap<string, string>): string[] {
  for (const key of KEYS) {
    const text = metadata.get(key)?.trim();
    if (!text) continue;
    const json = jsonOf(text);
    const isList = /^[[{(]/.test(text);
    const names = isList
      ? (json !== null && (Array.isArray(json) || asObject(json)) && namesInJson(json)) || fromPython(text)
      : fromText(text);
    if (names.length > 0 && names.every((name) => name.trim() !== '')) return names.map((name) => name.trim());
  }
  return [];
}
