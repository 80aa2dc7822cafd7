/** Kinds of layers that go by several names. */

/** Older names, and names under which packages registered a layer whose meaning is known. */
const ALIASES: Readonly<Record<string, string>> = {
  // Of TensorFlow Addons: the former became Keras' own, and the latter is one in which every channel is a group of its own.
  'Addons>GroupNormalization': 'GroupNormalization',
  'Addons>InstanceNormalization': 'GroupNormalization',
  BatchNormalizationV1: 'BatchNormalization',
  BatchNormalizationV2: 'BatchNormalization',
  SyncBatchNormalization: 'BatchNormalization',
  // Of the package efficientnet: drops whole samples in training, as DropConnect does elsewhere.
  DropConnect: 'Dropout',
  FixedDropout: 'Dropout',
};

/** Registered by somebody under a name of their own, they could be anything else. */
const KNOWN_WHEREVER_REGISTERED = new Set([
  'CustomScaleLayer',
  'DropConnect',
  'FixedDropout',
  // Of Keras' ConvNeXt, which exports neither: whoever opens such a network has a copy of their own.
  'LayerScale',
  'StochasticDepth',
  'SyncBatchNormalization',
]);

/** The name that Keras itself uses: `Custom>FixedDropout` is a drop-out, and `BatchNormalizationV1` a normalisation. */
export function plainKind(kind: string): string {
  if (Object.hasOwn(ALIASES, kind)) return ALIASES[kind] ?? kind;
  const registered = kind.lastIndexOf('>');
  const own = kind.slice(registered + 1);
  if (registered >= 0 && !KNOWN_WHEREVER_REGISTERED.has(own)) return kind;
  return Object.hasOwn(ALIASES, own) ? (ALIASES[own] ?? own) : own;
}
