/** Appends the head: linear layers, normalisations between them, and activations where it leaves a place for one. */
import type { Json } from '../../network/artifacts.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { type HeadModule, headModules } from './head-modules.ts';
import { endOf, normalized } from './head-parts.ts';

/** By Keras' names, or our own with settings. */
const ACTIVATIONS = {
  relu: 'relu',
  none: 'linear',
  gelu: 'gelu',
  silu: 'silu',
  hard_silu: 'hard_silu',
  leaky_relu: { class_name: 'leakyReluOf', config: { slope: 0.01 } },
  elu: 'elu',
  relu6: 'relu6',
  selu: 'selu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
} satisfies Readonly<Record<string, Json>>;

type HeadActivation = keyof typeof ACTIVATIONS;

const LABELS: Readonly<Record<HeadActivation, string>> = {
  relu: 'ReLU',
  none: 'nothing',
  gelu: 'GELU',
  silu: 'SiLU',
  hard_silu: 'Hardswish',
  leaky_relu: 'LeakyReLU (0.01)',
  elu: 'ELU',
  relu6: 'ReLU6',
  selu: 'SELU',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
};

/** How many modules without weights may stand between two, where they are numbered; null where their names do not tell. */
function placesBetween(one: HeadModule, next: HeadModule): number | null {
  const [a, b] = [one, next].map(({ path }) => /^(.*)\.(\d+)$/.exec(path));
  return a && b && a[1] === b[1] ? Number(b[2]) - Number(a[2]) - 1 : null;
}

/** After which of the modules an activation is assumed: after one between each two linear layers, where there is a place. */
function activated(modules: readonly HeadModule[]): Set<HeadModule> {
  const found = new Set<HeadModule>();
  const linear = modules.flatMap(({ kind }, i) => (kind === 'linear' ? [i] : []));
  for (const [n, start] of linear.entries()) {
    const end = linear[n + 1];
    if (end === undefined) break;
    const between = modules.slice(start, end);
    if (between.some(({ kind }) => kind === 'slopes')) continue;
    const places = between.map((module, i) => placesBetween(module, modules[start + i + 1] ?? module));
    const at = places.findIndex((count) => count !== null && count > 0);
    const unnumbered = places.lastIndexOf(null);
    const module = between[at >= 0 ? at : unnumbered];
    if (module) found.add(module);
  }
  return found;
}

interface OwnActivation {
  /** The layer of the family's own head that is followed by it. */
  readonly after: string;
  /** A layer that comes next where it is the family's own. */
  readonly before: RegExp;
  readonly activation: HeadActivation;
}

interface HeadOptions {
  /** What the family's own head has between its layers; a head of somebody's own is assumed to have ReLUs. */
  readonly own?: OwnActivation;
  /** Of the map that was flattened before it. */
  readonly cells?: number;
  readonly flattened?: LayerName;
}

/** As the modules say where the head is a `Sequential` of a whole module; null where it is not. */
function toldHead(network: NetworkBuilder, x: LayerName, modules: readonly HeadModule[], flattened: LayerName): LayerName | null {
  const [first = ''] = modules[0]?.path.split('.') ?? [];
  const withWeights = [...network.facts].filter(
    ([path, { kind }]) => path.startsWith(`${first}.`) && (kind === 'linear' || kind === 'normalisation'),
  );
  // What is before the pooling, or further out, is not run again.
  if (withWeights.length !== modules.length || modules.some(({ path }) => !withWeights.some(([own]) => own === path))) return null;
  const last = modules.findLast(({ kind }) => kind === 'linear')?.path ?? null;
  return network.sequence(first, { x, flattened }, last)?.x ?? null;
}

/** The choice of what is between the layers. */
const HEAD_ACTIVATION = 'head-activation';

/**
 * Appends what `headModules` found.
 *
 * @param x a vector
 */
export function appendHead(
  network: NetworkBuilder,
  x: LayerName,
  modules: readonly HeadModule[],
  { own, cells = 1, flattened = '' }: HeadOptions = {},
): LayerName {
  const { state } = network;
  const told = toldHead(network, x, modules, flattened);
  if (told !== null) return told;
  const after = activated(modules);
  const ofFamily = modules.find(({ path }, i) => path === own?.after && own.before.test(modules[i + 1]?.path ?? ''));
  const isAllOfFamily = [...after].every((module) => module === ofFamily);
  const activation = (isAllOfFamily && ofFamily && own?.activation) || 'relu';
  const order = [activation, ...(Object.keys(ACTIVATIONS) as HeadActivation[]).filter((id) => id !== activation)];
  const chosen =
    after.size > 0
      ? network.choices.of(
          HEAD_ACTIVATION,
          'Between the layers of the head',
          order.map((id) => [id, LABELS[id]]),
        )
      : activation;
  const follows = (module: HeadModule) => ACTIVATIONS[(module === ofFamily && !isAllOfFamily && own?.activation) || chosen];
  const last = modules.findLast(({ kind }) => kind === 'linear');
  // Scores are what comes last, be it a normalisation.
  const isNormalized = last !== modules.at(-1);
  const end = ({ shape }: NamedTensor) => (isNormalized ? 'linear' : endOf(network, shape[0] ?? 0));
  let size = network.channelsOf(x) * cells;
  let isFlattened = cells > 1;
  for (const module of modules) {
    const { path, kind, tensors } = module;
    // Of a vector, a convolution of one cell is a linear layer.
    const given = tensors.get('weight');
    const weight = given?.shape.length === 4 ? { ...given, shape: given.shape.slice(0, 2) } : given;
    const bias = tensors.get('bias') ?? null;
    if (kind === 'slopes') {
      x = network.activation('linear', path, x);
      continue;
    }
    const isActivated = after.has(module);
    if (module.takes !== size) {
      const odd = weight ?? bias;
      throw state.misfit(`the tensor ${odd?.source ?? path} has the shape [${odd?.shape.join(', ')}] where ${size} features come in`);
    }
    for (const tensor of tensors.values()) state.use(tensor);
    if (kind === 'linear' && weight) {
      network.headWeights.push(weight);
      const own = module === last ? end(weight) : isActivated ? follows(module) : 'linear';
      x = network.linear(path, x, weight, bias, { cells: isFlattened ? cells : 1, activation: own });
      isFlattened = false;
      size = weight.shape[0] ?? 0;
      continue;
    }
    x = normalized(network, module, x, isFlattened ? cells : 1);
    if (isActivated) x = network.activation(follows(module), `${path}.activation`, x);
  }
  if (last && isNormalized) x = network.layer('Activation', 'outputs', [x], { activation: endOf(network, size) });
  const hidden = modules.filter(({ kind }) => kind === 'linear').length - 1;
  if (modules.length === 0)
    network.remarks.push(
      `The file ${state.fileName} ends without classes, so the features that the network pools stand in for them, as numbers.`,
    );
  else if (!network.choices.isTold(HEAD_ACTIVATION) && (hidden > 0 || after.size > 0))
    network.remarks.push(
      after.size > 0
        ? `The file ${state.fileName} does not say what is between the layers of its head; ${LABELS[chosen] === 'nothing' ? 'nothing' : `a ${LABELS[chosen]}`} is assumed where it leaves a place for one.`
        : `The file ${state.fileName} does not say what is between the layers of its head; nothing is assumed to be.`,
    );
  return x;
}

/** The head after a pooling that gives one value for each channel. */
export function classifierHead(network: NetworkBuilder, pooled: LayerName, options: HeadOptions = {}): LayerName {
  network.features = network.channelsOf(pooled);
  return appendHead(
    network,
    pooled,
    headModules(network.state, (features) => features === network.features),
    options,
  );
}
