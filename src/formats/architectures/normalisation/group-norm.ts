/**
 * Normalisations of an image's own values, in groups of channels, in place of batch normalisations. They have the weights of those, without
 * statistics, so that weights alone do not tell them from batch normalisations whose statistics were not saved.
 */
import { withArticle } from '../../../core/with-article.ts';
import type { Choices } from '../blocks/choices.ts';
import type { LayerList, LayerName } from '../blocks/layer-list.ts';
import type { ModuleFacts } from '../modules/module-facts.ts';
import type { StateDict } from '../state-dict.ts';

/** What a network is written down with. */
interface Network extends LayerList {
  readonly state: StateDict;
  readonly facts: ModuleFacts;
  readonly choices: Choices;
  readonly named: string;
}

const NAMED = /(^|[^a-z])(gn|bit|bitm|group_?norm)(?![a-z])/i;

/** torch's and timm's number where nothing else is said. */
const USUAL = 32;

function divisorOf(a: number, b: number): number {
  return b === 0 ? a : divisorOf(b, a % b);
}

function chosenGroups({ state, choices }: Network): number {
  const counts = state.names.flatMap((name) => {
    const shape = name.endsWith('.weight') ? (state.shapeOf(name) ?? []) : [];
    return shape.length === 1 ? shape : [];
  });
  const common = counts.reduce(divisorOf, 0);
  const fitting = [USUAL, 16, 8, 4, 2, 64, 1].filter((groups) => common % groups === 0);
  return Number(
    choices.of(
      'norm-groups',
      'Groups of the normalisations',
      fitting.map((groups) => [String(groups), groups === 1 ? '1 (all channels together)' : String(groups)]),
    ),
  );
}

/**
 * @returns how many groups of channels a module normalises; null for a batch normalisation
 * @throws Misfit where it may be either
 */
export function groupsOf(network: Network, module: string, channels: number): number | null {
  const { state, facts, named } = network;
  if (state.has(`${module}.running_mean`)) return null;
  const fact = facts.get(module);
  if (fact?.kind === 'normalisation') return fact.of === 'instance' ? channels : fact.groups;
  if (fact?.kind === 'module' && fact.isKnown)
    throw state.misfit(`the module ${module} is ${withArticle(fact.of.split('.').at(-1) ?? '')}, and the file does not hold its settings`);
  if (facts.size > 0 || !state.has(`${module}.weight`) || state.names.some((name) => name.endsWith('.running_mean'))) return null;
  if (NAMED.test(named)) return chosenGroups(network);
  throw state.misfit(
    `it has no running_mean at all: either its parameters were saved without the statistics of its batch normalisations, or it has group normalisations, which only a whole module (torch.save(model)) or a name with “gn” tells`,
  );
}

/** With a weight and a bias for each channel, where it has them. */
export function groupNorm(network: Network, module: string, x: LayerName, groups: number, epsilon: number, name = module): LayerName {
  const { state } = network;
  const channels = network.channelsOf(x);
  if (channels % groups !== 0)
    throw state.misfit(`its normalisation ${module} has ${channels} channels, which are no ${groups} equal groups`);
  const isScaled = state.has(`${module}.weight`);
  const take = (own: string) => (isScaled ? state.take(`${module}.${own}`, [channels]) : null);
  network.weightsOf(name, { gamma: take('weight'), beta: take('bias') });
  return network.layer('GroupNormalization', name, [x], { axis: -1, groups, epsilon, center: isScaled, scale: isScaled });
}
