import { describe, expect, it } from 'vitest';
import type { Json } from '../network/artifacts.ts';
import { partsFor } from './inference-layers.ts';

function parts(kind: string, config: { readonly [key: string]: Json } = {}) {
  return partsFor({ kind, config: { name: 'layer', ...config }, weights: new Map() });
}

/** Each gave its input back when real Keras 3.15 ran it outside of training. */
const TRAINING_ONLY = `
ActivityRegularization AlphaDropout AugMix Dropout GaussianDropout GaussianNoise Identity RandAugment RandomBrightness RandomColorDegeneration
RandomColorJitter RandomContrast RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale RandomHue RandomInvert RandomPerspective
RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation RandomZoom SpatialDropout2D`
  .trim()
  .split(/\s+/);

/** Those that tf.js has itself. */
const DROPOUTS = ['AlphaDropout', 'Dropout', 'GaussianDropout', 'GaussianNoise'];

describe('layers as they are run here', () => {
  it.each(TRAINING_ONLY)('%s passes on what it takes', (kind) => {
    const [part, ...others] = parts(kind, { rate: 0.5, batch_input_shape: [null, 8, 8, 3] });
    expect(others).toEqual([]);
    expect(part?.kind).toBe(DROPOUTS.includes(kind) ? kind : 'Activation');
    // A Sequential model's first layer says what goes in.
    expect(part?.config).toMatchObject({ name: 'layer', batch_input_shape: [null, 8, 8, 3] });
  });

  it.each(['AutoContrast', 'Equalization', 'Lambda', 'RandomCrop', 'Solarization', 'MixUp'])(
    '%s, which acts outside of training too, is refused',
    (kind) => {
      expect(() => parts(kind)).toThrow(kind);
    },
  );

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])('“%s” is no kind of layer', (kind) => {
    expect(() => parts(kind)).toThrow('cannot be run here');
  });

  it.each(['DepthwiseConv2D', 'SeparableConv2D', 'Conv2DTranspose', 'Conv2D'])(
    '%s in one group, as Keras writes it, is as without',
    (kind) => {
      const config = { kernel_size: [3, 3], ...(kind !== 'DepthwiseConv2D' && { filters: 4 }) };
      expect(parts(kind, { ...config, groups: 1 })).toMatchObject(parts(kind, config));
    },
  );

  it.each(['DepthwiseConv2D', 'SeparableConv2D', 'Conv2DTranspose'])('%s in several groups is refused: Keras has none', (kind) => {
    expect(() => parts(kind, { filters: 4, groups: 2 })).toThrow('in 2 groups');
  });

  it('Conv2D in groups that do not come out even is refused', () => {
    expect(() => parts('Conv2D', { filters: 4, groups: 3 })).toThrow('does not come out even');
  });
});
