/** Lists of class names, in the forms in which people have them: text, tables, and the JSON of Keras and ImageNet. */
import { AppError } from '../../core/app-error.ts';
import { asObject, isObject, type JsonObject, parseJson } from '../json.ts';
import type { Json } from '../network/artifacts.ts';

function lastText(json: Json | undefined): string | null {
  const value: Json | undefined = Array.isArray(json) ? json.at(-1) : json;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}

function allTexts(values: readonly (Json | undefined)[]): string[] | null {
  const names = values.map(lastText);
  return names.every((name) => name !== null) ? names : null;
}

/** `{"0": "cat", "1": "dog"}`, `{"0": ["n02123045", "tabby"]}`, or the other way round, as Keras' `class_indices`: `{"cat": 0, "dog": 1}`. */
function fromObject(json: JsonObject): string[] | null {
  const keys = Object.keys(json);
  if (keys.length > 0 && keys.every((_, i) => String(i) in json)) return allTexts(keys.map((_, i) => json[String(i)]));
  const byIndex: string[] = [];
  for (const [name, index] of Object.entries(json)) if (typeof index === 'number') byIndex[index] = name;
  const isWhole = byIndex.length === keys.length && keys.length > 0 && !Array.from(byIndex).includes(undefined as never);
  return isWhole ? byIndex : null;
}

/** The names in parsed JSON; null where there are none. */
export function namesInJson(json: Json): string[] | null {
  if (Array.isArray(json)) return json.length > 0 ? allTexts(json) : null;
  if (!isObject(json)) return null;
  const inner = ['classNames', 'class_names', 'classes', 'labels', 'names'].map((key) => json[key]).find((value) => value !== undefined);
  return inner === undefined ? fromObject(json) : namesInJson(inner);
}

/** One row of a table, by RFC 4180: cells in quotes may hold commas and doubled quotes. */
function cells(line: string): string[] {
  const found = [...line.matchAll(/(?:^|[,;\t])(?:"((?:[^"]|"")*)"|([^,;\t]*))/g)];
  return found.map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? '').trim());
}

function fromTable(lines: readonly string[]): string[] {
  const rows = lines.map(cells);
  const isNumber = (row: readonly string[] | undefined) => row !== undefined && row.length > 1 && /^\d+$/.test(row[0] ?? '');
  const numbered = rows.slice(1).every(isNumber) && rows.length > 1;
  // A first row without a number, above rows that have one, is a heading.
  const body = numbered && !isNumber(rows[0]) ? rows.slice(1) : rows;
  if (!numbered) return body.map(([name = '']) => name);
  return body.toSorted((a, b) => Number(a[0]) - Number(b[0])).map(([, name = '']) => name);
}

/** A number before each name, such as `0 tench` or `0: tench`, says its place and nothing else. */
function withoutNumbers(lines: readonly string[]): string[] {
  const numbered = lines.map((line) => /^(\d+)\s*[:.)\s]\s*(\S.*)$/.exec(line));
  const starts = Number(numbered[0]?.[1] ?? Number.NaN);
  const isCounting = lines.length > 1 && (starts === 0 || starts === 1) && numbered.every((found, i) => Number(found?.[1]) === starts + i);
  return isCounting ? numbered.map((found) => found?.[2] ?? '') : [...lines];
}

/**
 * @param fileName its ending says how the text is read: `.json`, `.csv` or anything else
 * @param source what errors call it, at the beginning of a sentence
 * @throws AppError `model-file-broken` naming the file
 */
export function parseClassNames(fileName: string, text: string, source = `The file ${fileName}`): string[] {
  const plain = text.replace(/^\uFEFF/, '');
  let names: string[] | null;
  if (/\.json$/i.test(fileName)) names = namesInJson(parseJson(fileName, plain));
  else {
    const lines = plain.split(/\r\n|\r|\n/).map((line) => line.trim());
    while (lines.at(-1) === '') lines.pop();
    names = /\.(csv|tsv)$/i.test(fileName) ? fromTable(lines) : withoutNumbers(lines);
  }
  const isBinary = /[\0\uFFFD]/.test(plain);
  if (isBinary || !names?.length || names.some((name) => name.trim() === '')) {
    throw new AppError('model-file-broken', `${source} is no list of class names; please give one name on each line, or a JSON list.`);
  }
  return names.map((name) => name.trim());
}

/** Whether the JSON is a list of names rather than a part of a model. */
export function isNameList(json: Json): boolean {
  const object = asObject(json);
  return !(object && ('modelTopology' in object || 'weightsManifest' in object || 'preprocessing' in object)) && namesInJson(json) !== null;
}
