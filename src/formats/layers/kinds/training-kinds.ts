/** Layers that act in training only, and pass on what they are given when a network only runs. */
import { commonConfig, type Rule, Unsupported } from '../layer-rule.ts';
import { sameCell } from './input-window.ts';
import { always, changes, copiesOfResult, type LayerKind, noMacs, noWeights, same } from './layer-kind.ts';

const asIdentity: Rule = ({ config }) => [{ kind: 'Activation', config: { ...commonConfig(config), activation: 'linear' } }];

/** Of Keras' ConvNeXt; others of this name take what they drop and what they keep. */
const stochasticDepth: Rule = (subject) => {
  if (typeof subject.config.drop_path_rate === 'number') return asIdentity(subject);
  throw new Unsupported(
    'is a StochasticDepth other than that of Keras’ ConvNeXt, which cannot be run here; please give a layer of Keras in its place',
  );
};

const replaced: LayerKind = { rule: asIdentity, weightNames: noWeights, built: null };

/** Those that tf.js has keep their name in the list of layers. */
const kept: LayerKind = {
  rule: ({ kind, config }) => [{ kind, config }],
  weightNames: noWeights,
  built: {
    role: 'other',
    isChannelwise: always,
    macs: noMacs,
    temporaryValues: copiesOfResult(1),
    inputWindow: sameCell,
    change: changes('by-value'),
    scoreEffect: same,
    floorEffect: () => 'passed-on',
  },
};

export const TRAINING_KINDS = {
  ActivityRegularization: replaced,
  AlphaDropout: kept,
  AugMix: replaced,
  Dropout: kept,
  GaussianDropout: kept,
  GaussianNoise: kept,
  Identity: replaced,
  RandAugment: replaced,
  RandomBrightness: replaced,
  RandomColorDegeneration: replaced,
  RandomColorJitter: replaced,
  RandomContrast: replaced,
  RandomErasing: replaced,
  RandomFlip: replaced,
  RandomGaussianBlur: replaced,
  RandomGrayscale: replaced,
  // Of Keras 2.
  RandomHeight: replaced,
  RandomHue: replaced,
  RandomInvert: replaced,
  RandomPerspective: replaced,
  RandomPosterization: replaced,
  RandomRotation: replaced,
  RandomSaturation: replaced,
  RandomSharpness: replaced,
  RandomShear: replaced,
  RandomTranslation: replaced,
  RandomWidth: replaced,
  RandomZoom: replaced,
  SpatialDropout2D: replaced,
  StochasticDepth: { ...replaced, rule: stochasticDepth },
} satisfies Readonly<Record<string, LayerKind>>;
