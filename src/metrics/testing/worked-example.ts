/**
 * One picture and one map, with every step of deletion, insertion and masking as NumPy, SciPy and OpenCV work it out. The map has values of
 * either sign, and no two pixels tie.
 */

import { mapOf } from '../../core/statistics/testing/maps.ts';
import { readNumbers } from '../../core/statistics/testing/numbers.ts';
import { pictureOf } from '../../core/statistics/testing/pictures.ts';
import type { ReplacementKind } from '../replacement.ts';

interface WorkedReplacement {
  readonly replacement: number[];
  readonly deletion: number[];
  readonly insertion: number[];
  readonly areas: { readonly deletion: number; readonly insertion: number };
}

interface WorkedNumbers {
  readonly width: number;
  readonly height: number;
  readonly rows: number;
  readonly columns: number;
  readonly map: number[];
  readonly picture: number[];
  /** Of the made-up network whose curves they are, one for each value of the picture. */
  readonly weights: number[];
  /** The map as large as the picture. */
  readonly enlarged: number[];
  /** The pixels, the most salient first. */
  readonly order: number[];
  readonly masked: number[];
  readonly cases: Readonly<Record<ReplacementKind, WorkedReplacement>>;
}

const numbers = readNumbers<WorkedNumbers>('deletion-insertion.json');

export const example = {
  ...numbers,
  picture: pictureOf(numbers.width, numbers.height, numbers.picture),
  map: mapOf(numbers.rows, numbers.columns, numbers.map),
};
