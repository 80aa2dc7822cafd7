/**
 * What a whole module says of its layers beside their weights: strides, paddings, dilations, groups, epsilons, activations. Weights alone
 * leave these open, and they are assumed; where a file has them, the network must be the one that they describe.
 */
import type { ChosenOptions } from '../../core/models/model-card.ts';
import { asArray, asObject, type JsonObject, objectsIn } from '../json.ts';
import type { ModelTopology } from '../network/artifacts.ts';
import { attributesOf, classNameOf, eachModule, isModule, isScriptModule } from './modules.ts';
import type { PickleObject, PickleValue } from './pickle/pickle-values.ts';

/** What torch's layers call themselves and what they have, by their paths. */
export type ModuleSettings = ReadonlyMap<string, PickleObject>;

/** torch's activations, and what they are called in a network here. */
const ACTIVATIONS: ReadonlyMap<string, string> = new Map([
  ['ReLU', 'relu'],
  ['ReLU6', 'relu6'],
  ['SiLU', 'silu'],
  ['Mish', 'mish'],
  ['GELU', 'gelu'],
  ['ELU', 'elu'],
  ['SELU', 'selu'],
  ['CELU', 'celu'],
  ['LeakyReLU', 'leaky_relu'],
  ['Tanh', 'tanh'],
  ['Softplus', 'softplus'],
]);

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

/** Two numbers, of which one may stand for both; null for anything else, such as a padding in words. */
function pairOf(value: PickleValue | undefined): readonly [number, number] | null {
  const [first, second] = Array.isArray(value) ? value : [value, value];
  return typeof first === 'number' && typeof second === 'number' ? [first, second] : null;
}

function numbersOf(value: JsonObject[string] | undefined): number[] {
  return asArray(value).map(Number);
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

type Layers = ReadonlyMap<string, JsonObject>;

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

/** What differs, as “stride 1 and not 2”; null where nothing does. */
function difference(what: string, theirs: readonly number[] | null, ours: readonly number[] | null): string | null {
  if (theirs === null || ours === null || theirs.every((value, i) => value === ours[i])) return null;
  return `${what} ${[...new Set(theirs)].join(' × ')} and not ${[...new Set(ours)].join(' × ')}`;
}

function differenceOfLayer(module: PickleObject, config: JsonObject, layers: Layers, name: string): string | null {
  const attributes = attributesOf(module);
  const of = (attribute: string) => pairOf(attributes?.get(attribute));
  const className = classNameOf(module);
  if (className === 'Conv2d') {
    if (attributes?.get('padding_mode') !== undefined && attributes.get('padding_mode') !== 'zeros')
      return 'a padding that is not of zeros';
    return (
      difference('the stride', of('stride'), numbersOf(config.strides)) ??
      difference('the dilation', of('dilation'), numbersOf(config.dilation_rate)) ??
      difference('the padding', of('padding'), paddingOf(config, layers.get(`${name}.pad`)))
    );
  }
  if (className !== 'BatchNorm2d') return null;
  const [theirs, ours] = [attributes?.get('eps'), config.epsilon];
  const isSame = typeof theirs !== 'number' || typeof ours !== 'number' || Math.abs(theirs - ours) <= 1e-3 * ours;
  return isSame ? null : `the epsilon ${theirs} and not ${ours}`;
}

/** @returns what the module has that the network here has not, as it stands after “the module …”; null where they agree */
export function differenceFrom({ config }: ModelTopology, settings: ModuleSettings): string | null {
  const layers: Layers = new Map(
    objectsIn(config.layers).map((layer) => [String(asObject(layer.config)?.name), asObject(layer.config) ?? {}]),
  );
  const activations = new Set([...layers.values()].map(({ activation }) => activation));
  const prefix = prefixOf(settings, layers);
  for (const [path, module] of settings) {
    // What stands beside the network, such as a head for another task, is not run.
    if (!path.startsWith(prefix)) continue;
    const activation = ACTIVATIONS.get(classNameOf(module));
    if (activation !== undefined && !activations.has(activation))
      return `${path} is a ${classNameOf(module)}, which the network has nowhere`;
    const name = path.slice(prefix.length);
    const config = layers.get(name);
    const found = config ? differenceOfLayer(module, config, layers, name) : null;
    if (found !== null) return `${path} has ${found}`;
  }
  return null;
}
