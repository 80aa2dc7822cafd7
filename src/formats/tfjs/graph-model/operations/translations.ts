/** All operations of TensorFlow that are written down as ONNX's one by one, by their names. */
import { ELEMENTWISE } from './elementwise.ts';
import { IMAGES } from './images.ts';
import { SHAPES } from './shapes.ts';
import type { Translation, Translations } from './translation.ts';

const TRANSLATIONS: Translations = { ...ELEMENTWISE, ...IMAGES, ...SHAPES };

/** Undefined for what is not read here. */
export function translationOf(op: string): Translation | undefined {
  return Object.hasOwn(TRANSLATIONS, op) ? TRANSLATIONS[op] : undefined;
}
