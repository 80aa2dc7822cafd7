/**
 * What a whole module says of its layers beside their weights: strides, paddings, dilations, groups, epsilons, activations. Weights alone
 * leave these open, and they are assumed; where a file has them, the network must be the one that they describe.
 */
import type { ChosenOptions } from '../../../core/models/model-card.ts';
import { withArticle } from '../../../core/with-article.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../../json.ts';
import type { ModelArtifacts } from '../../network/artifacts.ts';
import { PickleGlobal, PickleObject } from '../pickle/pickle-values.ts';
import { activationIn, activationOf, type LayerOfModule } from './activation-modules.ts';
import { classNameOf, doesNothing, knownClassOf } from './known-classes.ts';
import {
  attributesOf,
  eachModule,
  forwardOf,
  hasModules,
  hasParts,
  hooksOf,
  isModule,
  isScriptModule,
  type ModuleSettings,
} from './modules.ts';
import { difference, numbersOf, pairOf } from './pairs.ts';
import { differenceOfPooling, isPooling } from './pooling-modules.ts';
import { differenceOfHead, isInSequence } from './sequences.ts';
import { Surroundings } from './stray-modules.ts';

/** Classes whose layers compute what those here do, by what these are called. */
const CLASSES: Readonly<Record<string, readonly string[]>> = {
  Conv2D: ['Conv2d', 'StdConv2d', 'Conv2dSame', 'Linear'],
  DepthwiseConv2D: ['Conv2d', 'Conv2dSame', 'BlurPool2d'],
  Dense: ['Linear', 'NonDynamicallyQuantizableLinear', 'Conv2d'],
  BatchNormalization: ['BatchNorm2d', 'BatchNorm1d', 'BatchNormAct2d', 'SyncBatchNorm', 'FrozenBatchNorm2d', 'InstanceNorm2d'],
  GroupNormalization: ['GroupNorm', 'GroupNormAct', 'InstanceNorm2d'],
  LayerNormalization: ['LayerNorm', 'LayerNorm2d'],
};

/** None where the network is no whole module, but its weights alone. */
export function settingsOf(root: PickleObject): ModuleSettings {
  const settings = new Map<string, PickleObject>();
  if (isModule(root) || isScriptModule(root)) eachModule(root, (module, prefix) => settings.set(prefix.slice(0, -1), module));
  return settings;
}

/** What the network leaves open by its weights, and its module says: torchvision's Inception and GoogLeNet bring images to another range first. */
export function choicesIn(settings: ModuleSettings): ChosenOptions {
  for (const module of settings.values()) {
    const isTransformed = attributesOf(module)?.get('transform_input');
    if (typeof isTransformed === 'boolean') return { 'transform-input': isTransformed ? 'on' : 'off' };
  }
  return {};
}

/** Zeros around a convolution's input, rows and columns, as the network here has them; null where its two sides differ. */
function paddingOf(config: JsonObject, padding: JsonObject | undefined): readonly number[] | null {
  if (padding) {
    const sides = asArray(padding.padding).map((side) => numbersOf(side));
    return sides.every(([before, after]) => before === after) ? sides.map(([before = 0]) => before) : null;
  }
  if (config.padding !== 'same') return [0, 0];
  const dilation = numbersOf(config.dilation_rate);
  return numbersOf(config.kernel_size).map((side, i) => ((side - 1) * (dilation[i] ?? 1)) / 2);
}

type Layers = ReadonlyMap<string, LayerOfModule>;

function outputsOf({ topology }: ModelArtifacts): ReadonlySet<string> {
  return new Set(asArray(topology.config.output_layers).map((output) => String(asArray(output)[0])));
}

function layersOf({ topology, otherNames = new Map<string, string>() }: ModelArtifacts): Layers {
  const layers = new Map(
    objectsIn(topology.config.layers).map(({ class_name: kind, config }): [string, LayerOfModule] => {
      const own = asObject(config) ?? {};
      return [String(own.name), { kind: String(kind), config: own }];
    }),
  );
  const others = [...otherNames].flatMap(([other, name]): [string, LayerOfModule][] => {
    const layer = layers.get(name);
    return layer && !layers.has(other) ? [[other, layer]] : [];
  });
  return new Map([...layers, ...others]);
}

/** What stands before the network's own names, such as `module.`: with it, most modules are layers of the network. */
function prefixOf(settings: ModuleSettings, layers: Layers): string {
  const counts = new Map<string, number>();
  for (const path of settings.keys()) {
    const parts = path.split('.');
    for (const i of parts.keys()) {
      const prefix = parts.slice(0, i).map((part) => `${part}.`);
      if (layers.has(parts.slice(i).join('.'))) counts.set(prefix.join(''), (counts.get(prefix.join('')) ?? 0) + 1);
    }
  }
  const [most] = [...counts].toSorted(([, first], [, second]) => second - first);
  return most?.[0] ?? '';
}

function differenceOfConvolution(module: PickleObject, config: JsonObject, padding: JsonObject | undefined): string | null {
  const attributes = attributesOf(module);
  const of = (attribute: string) => pairOf(attributes?.get(attribute));
  if (attributes?.get('padding_mode') !== undefined && attributes.get('padding_mode') !== 'zeros') return 'a padding that is not of zeros';
  // A linear layer may be a convolution of one cell.
  return (
    difference('the stride', of('stride'), numbersOf(config.strides ?? [1, 1])) ??
    difference('the dilation', of('dilation'), numbersOf(config.dilation_rate ?? [1, 1])) ??
    difference('the padding', of('padding'), paddingOf(config, padding))
  );
}

/** @returns what differs, as it stands after the module's path */
function differenceOfLayer(module: PickleObject, { kind, config }: LayerOfModule, padding: JsonObject | undefined): string | null {
  const attributes = attributesOf(module);
  const className = knownClassOf(module) ?? classNameOf(module);
  const known = CLASSES[kind];
  if (known && !hasModules(module) && !known.includes(className))
    return `is ${withArticle(className)} and not ${withArticle(known[0] ?? '')}`;
  if (knownClassOf(module) === null && !hasModules(module)) return `is ${withArticle(className)}, which is not known here`;
  const has = (found: string | null) => found && `has ${found}`;
  if (className === 'Conv2d') return has(differenceOfConvolution(module, config, padding));
  const activation = activationOf(module);
  if (kind === 'Activation' && activation !== null && activation !== activationIn(config))
    return `is ${withArticle(className)}, where the network has ${activationIn(config)}`;
  const [theirs, ours] = [attributes?.get('eps'), config.epsilon];
  const isSame = typeof theirs !== 'number' || typeof ours !== 'number' || Math.abs(theirs - ours) <= 1e-3 * ours;
  return isSame ? null : `has the epsilon ${theirs} and not ${ours}`;
}

function unknownActivation(module: PickleObject, activations: ReadonlySet<string>): string | null {
  const activation = activationOf(module);
  return activation !== null && !activations.has(activation)
    ? `is ${withArticle(classNameOf(module))}, for which the network has no place`
    : null;
}

/** What puts weights together from their parts before a module runs, which is done here as the file is read (`architectures/weight-parts.ts`). */
const OF_WEIGHTS = /^torch\.nn\.utils\.(prune\.\w+|weight_norm\.WeightNorm|spectral_norm\.SpectralNorm)$/;

/** What was put on the module itself. */
function differenceOfHooks(module: PickleObject): string | null {
  if (forwardOf(module) !== undefined) return 'has a forward of its own, and the file does not hold what that computes';
  const hook = hooksOf(module).find((one) => !(one instanceof PickleObject && OF_WEIGHTS.test(one.of)));
  if (hook === undefined) return null;
  const name = hook instanceof PickleGlobal ? hook.path : hook instanceof PickleObject ? hook.of : null;
  return `has a hook${name === null ? '' : ` (${name})`}, and the file does not hold what that computes`;
}

/** Of a module that surely runs, as it is in a `Sequential`, but has neither a layer nor a name that says that it does nothing. */
function differenceInSequence(path: string, module: PickleObject, surroundings: Surroundings): string | null {
  if (hasParts(module) || surroundings.isPassive(path, module) || activationOf(module) !== null) return null;
  return `is ${withArticle(classNameOf(module))}, which the network does not have there`;
}

/** A layer that does something, where the module does nothing. */
function isLeftOut(name: string, { kind, config }: LayerOfModule): boolean {
  return kind === 'Activation' && config.name === name && activationIn(config) !== 'linear';
}

/** Modules whose activations were taken over, and the layers that have them. */
interface Adopted {
  readonly modules: ReadonlySet<string>;
  readonly layers: ReadonlySet<string>;
}

/** What the network assumes its values to go through: a module of another kind is none of its own. */
function assumedActivations(layers: Layers, adopted: Adopted): Set<string> {
  return new Set(
    [...layers].flatMap(([name, { config }]) => (adopted.layers.has(String(config.name ?? name)) ? [] : [activationIn(config)])),
  );
}

/** @returns what the modules have that the network here has not, each as it stands after “the module …”; none where they agree */
export function differencesFrom(artifacts: ModelArtifacts, settings: ModuleSettings, adopted: Adopted): string[] {
  const layers = layersOf(artifacts);
  const activations = assumedActivations(layers, adopted);
  const prefix = prefixOf(settings, layers);
  const surroundings = new Surroundings(settings, layers, prefix, outputsOf(artifacts));
  const all: string[] = [];
  for (const [path, module] of settings) {
    const name = surroundings.nameOf(path);
    if (name === null) continue;
    const layer = layers.get(name) ?? null;
    const isSequential = isInSequence(path, settings);
    let found = differenceOfHooks(module) ?? surroundings.strangeness(path, name, module);
    if (!adopted.modules.has(path)) found ??= unknownActivation(module, activations);
    if (found === null && isPooling(module) && (layer || isSequential)) found = differenceOfPooling(module, layer);
    else if (layer && surroundings.isPassive(path, module)) {
      if (isLeftOut(name, layer) && !adopted.modules.has(path) && doesNothing(module))
        found ??= `is ${withArticle(classNameOf(module))}, where the network has ${activationIn(layer.config)}`;
    } else if (layer) found ??= differenceOfLayer(module, layer, layers.get(`${name}.pad`)?.config);
    else found ??= isSequential ? differenceInSequence(path, module, surroundings) : surroundings.differenceOf(path, module);
    if (found !== null) all.push(`${path} ${found}`);
  }
  const ofHead = differenceOfHead(settings, (path) => layers.get(path.startsWith(prefix) ? path.slice(prefix.length) : path) ?? null);
  return ofHead === null ? all : [...all, ofHead];
}
