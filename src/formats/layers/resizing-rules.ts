/** Layers that give images another size, in the settings that `engine/layers/resizing-layers.ts` takes. */
import { ALIGNMENTS, INTERPOLATIONS } from '../../core/images/resampling-matrix.ts';
import type { JsonObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { commonConfig, numbersIn, type Rule, Unsupported } from './layer-rule.ts';

function sizeIn({ height, width }: JsonObject): { height: number; width: number } {
  const isSide = (side: Json | undefined) => typeof side === 'number' && Number.isInteger(side) && side > 0;
  if (!isSide(height) || !isSide(width))
    throw new Unsupported(
      `would make images of ${String(width)} × ${String(height)} pixels, which cannot be right; please save the model again`,
    );
  return { height: Number(height), width: Number(width) };
}

export const resizing: Rule = ({ kind, config }) => {
  const {
    crop_to_aspect_ratio: crops = false,
    pad_to_aspect_ratio: pads = false,
    fill_mode: fill = 'constant',
    fill_value: value,
  } = config;
  const interpolation = String(config.interpolation ?? 'bilinear').toLowerCase();
  const alignment = config.alignment ?? 'half-pixel';
  if (!INTERPOLATIONS.some((known) => known === interpolation) || !ALIGNMENTS.some((known) => known === alignment))
    throw new Unsupported(`resizes by ${interpolation} interpolation, which cannot be run here; please use bilinear or nearest`);
  if (fill !== 'constant' || (crops === true && pads === true))
    throw new Unsupported(
      'both crops and pads, or pads with something else than one value, which Keras does not know; please save the model again',
    );
  const shape = {
    interpolation,
    alignment,
    antialias: config.antialias === true,
    crop_to_aspect_ratio: crops === true,
    pad_to_aspect_ratio: pads === true,
    fill_value: typeof value === 'number' ? value : 0,
  };
  return [{ kind, config: { ...commonConfig(config), ...sizeIn(config), ...shape } }];
};

export const centerCrop: Rule = ({ kind, config }) => [{ kind, config: { ...commonConfig(config), ...sizeIn(config) } }];

/** Nearest is repetition, as tf.js does it. */
export const upSampling: Rule = ({ kind, config }) => {
  const interpolation = String(config.interpolation ?? 'nearest').toLowerCase();
  // tf.js takes no number that stands for both.
  const [rows = 2, columns = rows] = numbersIn(config.size);
  const size = [rows, columns];
  if (interpolation === 'nearest') return [{ kind, config: { ...config, size } }];
  if (!INTERPOLATIONS.some((known) => known === interpolation))
    throw new Unsupported(`enlarges by ${interpolation} interpolation, which cannot be run here; please use nearest or bilinear`);
  return [{ kind: 'SmoothUpSampling2D', config: { ...commonConfig(config), size, interpolation } }];
};
