/** What is said of a network that was opened by the names of its weights, as whole sentences; empty where there is nothing to say. */
import type { ModelChoice, WeightCopies } from '../../core/models/model-card.ts';
import { listed } from '../given-file.ts';
import { joined } from './modules/leaves.ts';
import type { ModuleFacts } from './modules/module-facts.ts';

export function remarkOnCopies(fileName: string, { names }: WeightCopies): string {
  return `The file ${fileName} holds ${names.length} copies of the weights, ${listed(names)}; ${names[0]} is opened at first, and “Weights” below changes that.`;
}

export function remarkOnLeftOver(fileName: string, names: readonly string[]): string {
  return names.length === 0
    ? ''
    : `In ${fileName} ${listed(names)} ${names.length > 1 ? 'are' : 'is'} no part of the network, and left out.`;
}

/**
 * What a class of somebody's own computes stands in its program alone.
 *
 * @param at where the whole module stands, and in it what trains it
 */
export function remarkOnClass(fileName: string, facts: ModuleFacts, at: string): string {
  const whole = facts.get(at);
  if (whole?.kind === 'around') return remarkOnClass(fileName, facts, joined(at, whole.inner));
  if (whole?.kind !== 'module' || whole.isKnown) return '';
  return `The class of the network in ${fileName} is somebody’s own (${whole.of}): what it does beside what its modules do is not in the file, and nothing is assumed of that.`;
}

/** What the sentence on the family does not speak of, as the family's own networks have none of it, or not so. */
const BESIDE_FAMILY: ReadonlySet<string> = new Set([
  'stem',
  'norm-groups',
  'shortcut-zeros',
  'weight-standardisation',
  'shortcut',
  'padding',
  'own-pooling',
]);

export function remarkOnChoices(choices: readonly ModelChoice[]): string {
  return choices
    .filter(({ id }) => BESIDE_FAMILY.has(id))
    .map(({ title, options, chosen }) => {
      const { label = chosen } = options.find(({ id }) => id === chosen) ?? {};
      return `“${title}” is assumed to be “${label}”, which can be changed below.`;
    })
    .join(' ');
}
