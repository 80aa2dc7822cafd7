/**
 * One image and one map, with every step of deletion, insertion and masking as NumPy, SciPy and OpenCV work it out. The map has values of
 * either sign, and no two pixels tie.
 */

import { imageOf } from '../../core/statistics/testing/images.ts';
import { mapOf } from '../../core/statistics/testing/maps.ts';
import { readNumbers } from '../../core/statistics/testing/numbers.ts';
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
  readonly image: number[];
  /** Of the made-up network whose curves they are, one for each value of the image. */
  readonly weights: number[];
  /** The map as large as the image. */
  readonly enlarged: number[];
  /** The pixels, the most salient first. */
  readonly order: number[];
  readonly masked: number[];
  readonly cases: Readonly<Record<ReplacementKind, WorkedReplacement>>;
}

const numbers = readNumbers<WorkedNumbers>('deletion-insertion.json');

export const example = {
  ...numbers,
  image: imageOf(numbers.width, numbers.height, numbers.image),
  map: mapOf(numbers.rows, numbers.columns, numbers.map),
};
