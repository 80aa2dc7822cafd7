import { AppError } from '../../core/app-error.ts';
import type { Fit, Size } from '../../core/images/geometry.ts';
import type { Normalisation, NormalisationId } from '../../core/images/preprocessing.ts';
import type { WeightType } from '../../formats/tfjs/layers-model-writer.ts';
import { askedOf } from '../../sets/command-line/flags.ts';
import { type Arguments, isSaid, textOf } from '../arguments.ts';

const WEIGHT_TYPES: readonly WeightType[] = ['float32', 'float16', 'uint8'];

/** Null: not said. */
export interface ConvertOptions {
  readonly file: string;
  readonly out: string;
  readonly input: Size | null;
  readonly preprocessing: NormalisationId | Normalisation | null;
  readonly fit: Fit | null;
  readonly labels: string | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly origin: string | null;
  readonly licence: string | null;
  readonly weights: WeightType;
  readonly images: string | null;
}

/** @throws AppError `option-wrong` */
export function convertOptions(given: Arguments): ConvertOptions {
  const { input, preprocessing, fit } = askedOf('convert', given.values);
  const [file, out, ...rest] = given.positionals;
  if (!file || !out || rest.length > 0) throw new AppError('option-wrong', 'Please name one FILE and one OUT.');
  const [weights = 'float16', ...others] = WEIGHT_TYPES.filter((type) => isSaid(given, type));
  if (others.length > 0) throw new AppError('option-wrong', `Please choose one of --${[weights, ...others].join(' and --')}.`);
  return {
    file,
    out,
    input,
    preprocessing,
    fit,
    labels: textOf(given, 'labels'),
    title: textOf(given, 'title'),
    description: textOf(given, 'description'),
    origin: textOf(given, 'origin'),
    licence: textOf(given, 'licence'),
    weights,
    images: textOf(given, 'images'),
  };
}
