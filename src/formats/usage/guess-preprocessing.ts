/** How a network wants its images, guessed from its layers: files of models hardly ever say it. */
import type { Size } from '../../core/images/geometry.ts';
import { NORMALISATIONS, type NormalisationId, normalisationOf, type Preprocessing } from '../../core/images/preprocessing.ts';
import type { FamilyUse } from '../format.ts';
import { asObject, type JsonObject, objectsIn } from '../json.ts';
import { plainKind } from '../layers/kind-names.ts';
import { layerKind } from '../layers/kinds/layer-kinds.ts';
import type { ModelTopology } from '../network/artifacts.ts';
import { inputChannels, namedInputSize } from '../network/input-shape.ts';
import { valuesTaken, valuesTrainedWith, type WeightOf } from './own-scaling.ts';

interface Family extends FamilyUse {
  /** Layer names that only this family has. */
  readonly layers: RegExp;
}

/** In this order: a name of a later family may occur in a former one. By the names that `keras.applications` gives. */
const FAMILIES: readonly Family[] = [
  { title: 'a DenseNet', normalisation: 'torch', layers: /^conv\d+_block\d+_0_bn$/, side: 224 },
  { title: 'a ResNet V2', normalisation: 'tensorflow', layers: /^conv\d+_block\d+_preact_bn$/, side: 224 },
  { title: 'a ResNet', normalisation: 'caffe', layers: /^(conv\d+_block\d+_\d_bn|res\d[a-f]_branch2a)$/, side: 224 },
  { title: 'a VGG', normalisation: 'caffe', layers: /^block[45]_conv3$/, side: 224 },
  { title: 'an Inception', normalisation: 'tensorflow', layers: /^mixed(10|_7a)$/, side: 299 },
  { title: 'an Xception', normalisation: 'tensorflow', layers: /^block14_sepconv2$/, side: 299 },
  { title: 'a MobileNet', normalisation: 'tensorflow', layers: /^(conv_dw_13|block_16_expand)$/, side: 224 },
  { title: 'a NASNet', normalisation: 'tensorflow', layers: /^normal_conv_/, side: 224 },
];

/** By the names of its layers; undefined where none speaks for one. */
export function familyOfLayers(names: readonly string[]): FamilyUse | undefined {
  return FAMILIES.find(({ layers: pattern }) => names.some((name) => pattern.test(name)));
}

export interface Guess {
  readonly preprocessing: Preprocessing;
  /** What a network that takes any size is given. */
  readonly input: Size;
  /** What the guess is called. */
  readonly title: string;
  /** What it rests on, as it stands after "as it". */
  readonly because: string;
  /** What else had to be assumed, as it stands after the file's name; empty where nothing had. */
  readonly assumptions: readonly string[];
}

/** All layers in the order of the file, those of nested models in their place. */
function allLayers(config: JsonObject): JsonObject[] {
  return objectsIn(config.layers).flatMap((layer) => {
    const own = asObject(layer.config) ?? {};
    return Array.isArray(own.layers) ? allLayers(own) : [layer];
  });
}

/** Whether it has a kernel: what stands before the first such layer prepares what goes in. */
function hasKernel(kind: string): boolean {
  const role = layerKind(plainKind(kind))?.built?.role;
  return role === 'convolution' || role === 'dense';
}

/** What a network does with its images before it computes anything from them. */
function firstLayers(layers: readonly JsonObject[]): readonly JsonObject[] {
  const first = layers.findIndex(({ class_name: kind }) => hasKernel(String(kind)));
  return layers.slice(0, Math.max(0, first));
}

function preparationOf({ class_name: kind, config }: JsonObject): 'colours' | 'size' | null {
  return layerKind(plainKind(String(kind)))?.preparation?.(asObject(config) ?? {}) ?? null;
}

/** The size that the network's own first layers give its images: then one that takes any size is best given that. */
function ownSize(layers: readonly JsonObject[]): Size | null {
  const resizing = layers.find((layer) => preparationOf(layer) === 'size');
  const { height, width } = asObject(resizing?.config) ?? {};
  return typeof height === 'number' && typeof width === 'number' ? { width, height } : null;
}

const LOST_MEAN =
  'the numbers are missing that the network adds to its colours once red and blue have changed places: ImageNet’s mean colour is assumed, which Keras’ preprocess_input takes off there';

/** Keras would shrink an image of any size without antialiasing; pipelines hand it over at this size, and so does the page. */
function resizedBefore({ width, height }: Size): string {
  return `images of any size are taken, and made ${width} × ${height} pixels by the network itself: they are given to it at that size, resized with antialiasing as in training, so that its own resizing does nothing; another size is run by its own rule`;
}

function square(side: number): Size {
  return { width: side, height: side };
}

/**
 * @param topology as it stands in the file, or as `densenet.ts` builds it
 * @param known its family, where that is known already
 * @param weightOf gives the weights of its first layers
 */
export function guessPreprocessing(topology: ModelTopology, known?: FamilyUse, weightOf: WeightOf = () => null): Guess {
  const { config } = topology;
  const count = inputChannels(topology);
  const layers = allLayers(config);
  const first = firstLayers(layers);
  // Layers of models that were converted here are called by their path.
  const names = layers.map((layer) => String(asObject(layer.config)?.name).replace(/^.*\//, ''));
  const family = known ?? familyOfLayers(names);
  const side = family?.side ?? 224;
  const own = ownSize(first);
  const takesAnySize = namedInputSize(topology) === null;
  const isMeanLost = first.some((layer) => asObject(layer.config)?.is_assumed === true);
  const guess = (id: NormalisationId, because: string): Guess => ({
    preprocessing: { ...normalisationOf(id, count), fit: 'stretched' },
    title: NORMALISATIONS.find((known) => known.id === id)?.title ?? id,
    input: own ?? square(side),
    because,
    assumptions: [isMeanLost ? LOST_MEAN : [], own && takesAnySize ? resizedBefore(own) : []].flat(),
  });
  if (first.some((layer) => preparationOf(layer) === 'colours'))
    return guess(valuesTaken(first, count, weightOf), 'scales its images itself');
  const trainedWith = valuesTrainedWith(first, weightOf);
  if (trainedWith) return guess(trainedWith, 'begins with a normalisation whose variance is that of such values');
  // Families' ways are of colour images.
  if (count !== 3) return guess('unit', `takes images of ${count} ${count === 1 ? 'channel' : 'channels'}`);
  if (family) return guess(family.normalisation, `looks like ${family.title}`);
  return guess('unit', 'is of no known family');
}
