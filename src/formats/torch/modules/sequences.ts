/** What stands in a row in a whole module's `Sequential`s, such as a head of somebody's own: between layers with weights, and at its end. */
import type { ChosenOptions } from '../../../core/models/model-card.ts';
import type { PickleObject } from '../pickle/pickle-values.ts';
import { activationOf, activationOfLayer, type LayerOfModule } from './activation-modules.ts';
import { knownClassOf } from './known-classes.ts';
import type { ModuleSettings } from './modules.ts';

interface Leaf {
  readonly path: string;
  readonly module: PickleObject;
}

/** How a head may end without being another network. */
const ENDS: ReadonlyMap<string, 'sigmoid' | 'softmax'> = new Map([
  ['Sigmoid', 'sigmoid'],
  ['Softmax', 'softmax'],
  ['Softmax2d', 'softmax'],
  ['LogSoftmax', 'softmax'],
]);

const NORMALISATIONS = ['BatchNorm1d', 'SyncBatchNorm', 'LayerNorm'];

function parentOf(path: string): string | null {
  return path === '' ? null : path.slice(0, Math.max(0, path.lastIndexOf('.')));
}

export function isInSequence(path: string, settings: ModuleSettings): boolean {
  const parent = parentOf(path);
  const around = parent === null ? undefined : settings.get(parent);
  return around !== undefined && knownClassOf(around) === 'Sequential';
}

/** Those with two linear layers or what follows one, in the order in which they run; one inside another is a part of it. */
function rowsOf(settings: ModuleSettings): Leaf[][] {
  const rows = new Map<string, Leaf[]>();
  for (const [path, module] of settings) {
    if (knownClassOf(module) === 'Sequential' || !isInSequence(path, settings)) continue;
    let root = parentOf(path) ?? '';
    while (isInSequence(root, settings)) root = parentOf(root) ?? '';
    const row = rows.get(root) ?? [];
    row.push({ path, module });
    rows.set(root, row);
  }
  return [...rows.values()];
}

interface Step extends Leaf {
  /** What each value goes through after it, up to the next one with weights. */
  readonly activations: readonly string[];
  /** The modules in between. */
  readonly after: readonly string[];
  readonly end: 'sigmoid' | 'softmax' | null;
  readonly isLast: boolean;
}

function isLinear({ module }: Leaf): boolean {
  return knownClassOf(module) === 'Linear';
}

/** The linear layers and the normalisations between them. */
function stepsOf(row: readonly Leaf[]): Step[] {
  const places = row.flatMap((leaf, i) => (isLinear(leaf) || NORMALISATIONS.includes(knownClassOf(leaf.module) ?? '') ? [i] : []));
  const lastLinear = row.findLastIndex(isLinear);
  if (lastLinear < 0) return [];
  return places.flatMap((place, n) => {
    const leaf = row[place];
    if (!leaf) return [];
    const leaves = row.slice(place + 1, places[n + 1]);
    const after = leaves.map(({ module }) => module);
    const activations = after.flatMap((module) => activationOf(module) ?? []);
    const end = after.flatMap((module) => ENDS.get(knownClassOf(module) ?? '') ?? [])[0] ?? null;
    return [{ ...leaf, activations, after: leaves.map(({ path }) => path), end, isLast: place === lastLinear }];
  });
}

/** By what a choice calls it. */
const CHOSEN: ReadonlyMap<string, string> = new Map([
  ['', 'none'],
  ['leaky_relu 0.01', 'leaky_relu'],
]);

/** What a head's modules say that its weights do not: what is between its layers, and how it ends. */
export function choicesOfHead(settings: ModuleSettings): ChosenOptions {
  const steps =
    rowsOf(settings)
      .map(stepsOf)
      .findLast((steps) => steps.length > 0) ?? [];
  const linear = steps.findIndex(isLinear);
  const last = steps.findIndex(({ isLast }) => isLast);
  const between = steps.slice(linear, last).flatMap(({ activations, end }) => [...activations, ...(end ? [end] : [])]);
  const [own = ''] = between;
  const end = steps[last]?.end;
  return {
    ...(last > linear && new Set(between).size < 2 && { 'head-activation': CHOSEN.get(own) ?? own }),
    ...(end && { outputs: end }),
  };
}

/** @param layerAt a layer of the network, by the path of a module */
export function differenceOfHead(settings: ModuleSettings, layerAt: (path: string) => LayerOfModule | null): string | null {
  for (const row of rowsOf(settings))
    for (const step of stepsOf(row)) {
      const { path, activations, after, end, isLast } = step;
      const layer = layerAt(path);
      if (!layer) continue;
      const theirs = [...activations, ...(end && !isLast ? [end] : [])];
      const own = isLast ? [] : [activationOfLayer(layer)];
      // What does nothing has the layer before it.
      const others = new Set<LayerOfModule>();
      for (const other of [`${path}.activation`, ...after].map(layerAt)) if (other && other.config !== layer.config) others.add(other);
      const ours = [...own, ...[...others].map((other) => activationOfLayer(other))].filter((activation) => activation !== 'linear');
      if (theirs.join() !== ours.join())
        return `${path} is followed by ${theirs.join(' and ') || 'no activation'} and not by ${ours.join(' and ') || 'none'}`;
    }
  return null;
}
