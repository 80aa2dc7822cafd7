/** A whole network that is a `Sequential`, or one of torchvision's own: what it computes is in the file, and nothing is guessed. */
import type { ArchitectureFamily } from '../family.ts';
import { WHOLE_MODULE } from '../state-dict.ts';
import { isKnownNetwork } from './known-networks.ts';
import { joined, type Leaf, leavesOf } from './leaves.ts';
import { mapSize } from './map-size.ts';
import type { ModuleFact, ModuleFacts } from './module-facts.ts';
import { runRow } from './row.ts';

/** @param root where the whole module stands @returns where the network is in it; null where it is none that runs in a row */
export function rowRoot(facts: ModuleFacts, root: string): string | null {
  for (let path = root; ; ) {
    const fact = facts.get(path);
    if (fact?.kind === 'sequence') return path;
    if (fact?.kind === 'module' && isKnownNetwork(fact.of)) return path;
    if (fact?.kind !== 'around') return null;
    path = joined(path, fact.inner);
  }
}

/** Layers after which scores are what they were, or averages of them. */
const AFTER_SCORES: readonly (ModuleFact['kind'] | undefined)[] = [
  'nothing',
  'flatten',
  'softmax',
  'activation',
  'adaptive-average-pooling',
  'average-pooling',
];

/** The layer that gives the classes: a linear one, or a convolution whose maps are averaged. */
function lastOf(leaves: readonly Leaf[]): string | null {
  const last = leaves.findLast(({ fact }) => !AFTER_SCORES.includes(fact?.kind));
  return last?.fact?.kind === 'linear' || last?.fact?.kind === 'convolution' ? last.path : null;
}

/** @param facts by paths within the network @returns null where nothing in it may be a convolution */
export function rowFamily(facts: ModuleFacts): ArchitectureFamily | null {
  const leaves = leavesOf(facts, ['']);
  const first = (leaves.find(({ fact }) => fact?.kind === 'convolution') ?? leaves.find(({ fact }) => fact?.kind === 'module'))?.path;
  if (first === undefined) return null;
  return {
    id: 'modules',
    title: WHOLE_MODULE,
    anchors: [`${first}.weight`],
    words: [],
    trunk: /^/,
    assumes: '',
    build(network) {
      const input = network.input(`${first}.weight`);
      const { x, flattened } = runRow(network, [''], { x: input, flattened: null }, lastOf(leaves));
      if (network.features === 0) network.features = network.channelsOf(x);
      if (flattened !== null) {
        if (flattened !== '' && mapSize(network.layers, flattened, 1024).some((cells) => cells !== 1))
          throw network.state.misfit('it ends in a map that is laid out as a vector');
        return;
      }
      if (mapSize(network.layers, x, 1024).some((cells) => cells !== 1)) throw network.state.misfit('it ends in a map, and not in classes');
      network.layer('Flatten', 'flatten', [x], { data_format: 'channels_last' });
    },
  };
}
