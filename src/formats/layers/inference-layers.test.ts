import { describe, expect, it } from 'vitest';
import type { Json } from '../network/artifacts.ts';
import { partsFor } from './inference-layers.ts';
import { plainKind } from './kind-names.ts';

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

  it.each(['RandomHeight', 'RandomWidth'])('%s of Keras 2, which changes the size of images, leaves it outside of training', (kind) => {
    expect(parts(kind, { factor: 0.2 })).toMatchObject([{ kind: 'Activation', config: { activation: 'linear' } }]);
  });

  it('functions of Keras 3 that take the settings they are given by name alone have its own', () => {
    const activation = (name: string) => parts('Activation', { activation: name })[0]?.config.activation;
    expect(activation('celu')).toEqual({ class_name: 'celuOf', config: { alpha: 1 } });
    expect(activation('hard_tanh')).toEqual({ class_name: 'clipOf', config: { minimum: -1, maximum: 1 } });
  });

  it('the gelu of TensorFlow Addons is approximated, as it is there', () => {
    expect(parts('Activation', { activation: 'Addons>gelu' })[0]?.config.activation).toBe('approximateGelu');
  });

  it.each(['Addons>GroupNormalization', 'Addons>InstanceNormalization'])('%s is a normalisation in groups', (registered) => {
    expect(parts(plainKind(registered), { groups: 2 })).toMatchObject([{ kind: 'GroupNormalization', config: { groups: 2 } }]);
    expect(plainKind(registered.replace('Addons', 'Custom'))).toBe(registered.replace('Addons', 'Custom'));
  });

  it('a Rescaling that says no numbers, or others for scale and shift, is refused', () => {
    expect(() => parts('Rescaling', { scale: { class_name: 'TypeSpec' } })).toThrow('does not say by which numbers it scales');
    expect(() => parts('Rescaling', { scale: [1, 2], offset: [1, 2, 3] })).toThrow('scales 2 channels and shifts 3');
    expect(parts('Rescaling', { scale: [1, 2, 3], offset: 1 })[0]?.weights).toMatchObject({ beta: Float32Array.of(1, 1, 1) });
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

describe('layers of Keras’ ConvNeXt', () => {
  const gamma = { name: 'block/Variable', shape: [2], values: Float32Array.of(0.5, -3) };
  const scale = (config: { readonly [key: string]: Json }, ...weights: (typeof gamma)[]) =>
    partsFor({
      kind: 'LayerScale',
      config: { name: 'block', ...config },
      weights: new Map(weights.map((weight) => [weight.name, weight])),
    });

  it('scale each channel by a weight, whatever that is called', () => {
    const [part, ...others] = scale({ init_values: 1e-6, projection_dim: 2 }, gamma);
    expect(others).toEqual([]);
    expect(part).toMatchObject({ kind: 'BatchNormalization', config: { epsilon: 0, scale: true, center: false } });
    expect(part?.weights).toEqual({
      gamma: Float32Array.of(0.5, -3),
      moving_mean: new Float32Array(2),
      moving_variance: Float32Array.of(1, 1),
    });
  });

  it('drop nothing when they only run', () => {
    expect(parts('StochasticDepth', { drop_path_rate: 0.1 })).toMatchObject([{ kind: 'Activation', config: { activation: 'linear' } }]);
  });

  it('are refused where another layer has their name', () => {
    expect(() => scale({ hidden_size: 2 }, gamma)).toThrow('is a LayerScale other than that of Keras’ ConvNeXt');
    expect(() => scale({ init_values: 1e-6, projection_dim: 3 }, gamma)).toThrow('holds no weight for each of its 3 channels');
    expect(() => scale({ init_values: 1e-6, projection_dim: 2 })).toThrow('holds no weight for each of its 2 channels');
    expect(() => parts('StochasticDepth', { rate: 0.1 })).toThrow('is a StochasticDepth other than that of Keras’ ConvNeXt');
  });
});
