/** What a checkpoint tells of its network beside the weights: the names of the classes, and what the architecture is called. */
import type { Json } from '../network/artifacts.ts';
import { namesInJson } from '../usage/class-names.ts';
import { attributesOf } from './modules/modules.ts';
import { numpyTexts } from './pickle/numpy-values.ts';
import { type PickleDict, PickleObject, type PickleValue } from './pickle/pickle-values.ts';

const NAMES =
  /^(classes|class_?names?|class_?list|classnames|labels?|label_?names|names|categories|(idx|index|id|i)(_to_|2)(class|label|name|c)(es|s)?|(class|label|name|c)(es|s)?(_to_|2)(idx|index|id|i))$/i;

const ARCHITECTURE = /^(arch(itecture)?|model_?(name|arch|type)|backbone(_name)?|encoder(_name)?|base_?model|network|net(_type)?|model)$/i;

/** Settings of the training, which may have both. */
const SETTINGS =
  /^((\w+_)?hyper_?param\w*|hparams|args|config|cfg|opts?|options|meta\w*|dataset_meta|extra|info|kwargs|model_args|data|dls)$/i;

const MAX_DEPTH = 3;

/** Nobody names more classes. */
const MAX_NAMES = 100_000;

function dictOf(value: PickleValue): PickleDict | null {
  if (value instanceof Map) return value;
  return value instanceof PickleObject ? (value.entries ?? attributesOf(value)) : null;
}

/** Everything in the file's own dict, and in those of its settings, the outer before the inner. */
function told(root: PickleValue, depth = 0): (readonly [key: string, value: PickleValue])[] {
  const entries = [...(dictOf(root) ?? [])].flatMap(([key, value]) => (typeof key === 'string' ? [[key, value] as const] : []));
  const inner = depth < MAX_DEPTH ? entries.filter(([key]) => SETTINGS.test(key)).flatMap(([, value]) => told(value, depth + 1)) : [];
  return [...entries, ...inner];
}

/** Texts and numbers, in lists or under keys; null for anything else. */
function asJson(value: PickleValue): Json {
  if (typeof value === 'string' || typeof value === 'number') return value;
  if (value instanceof PickleObject && /\.(frozen)?set$/.test(value.of)) return null;
  const list = value instanceof PickleObject ? (value.items ?? numpyTexts(value)) : value;
  if (Array.isArray(list))
    return list.length > MAX_NAMES ? null : list.map((item: PickleValue) => (typeof item === 'string' ? item : null));
  const dict = dictOf(value);
  if (!dict || dict.size > MAX_NAMES) return null;
  const plain = (own: PickleValue) => (typeof own === 'string' || typeof own === 'number' ? own : null);
  return Object.fromEntries([...dict].map(([key, own]) => [String(plain(key) ?? ''), plain(own)]));
}

function namesOf(value: PickleValue): string[] {
  const json = asJson(value);
  const names = typeof json === 'object' ? namesInJson(json) : null;
  return names?.every((name) => name.trim() !== '') ? names.map((name) => name.trim()) : [];
}

/**
 * @param counts how many outputs the network may have; of several lists of names one of such a length is meant
 * @returns none where the file has none
 */
export function classNamesIn(root: PickleValue, counts: ReadonlySet<number>): readonly string[] {
  const lists = told(root).flatMap(([key, value]) => (NAMES.test(key) ? [namesOf(value)] : []));
  const found = lists.filter(({ length }) => length > 1);
  return found.find(({ length }) => counts.has(length)) ?? found[0] ?? [];
}

/** What the file calls the architecture, such as `resnet50`. */
export function architectureIn(root: PickleValue): string | null {
  const MAX_LENGTH = 100;
  const found = told(root).find(([key, value]) => ARCHITECTURE.test(key) && typeof value === 'string' && value.length < MAX_LENGTH);
  return typeof found?.[1] === 'string' ? found[1] : null;
}
