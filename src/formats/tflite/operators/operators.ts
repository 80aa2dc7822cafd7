/** All of TFLite's operators that are read here, by their names. */
import { CONVOLUTIONS } from './convolutions.ts';
import { ELEMENTWISE } from './elementwise.ts';
import type { Translation } from './operator-call.ts';
import { SHAPES } from './shapes.ts';

const TRANSLATIONS: Readonly<Record<string, Translation>> = { ...CONVOLUTIONS, ...ELEMENTWISE, ...SHAPES };

/** Undefined for what is not read here. */
export function translationOf(kind: string): Translation | undefined {
  return Object.hasOwn(TRANSLATIONS, kind) ? TRANSLATIONS[kind] : undefined;
}
