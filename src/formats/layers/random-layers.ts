/** Layers that a network tells to act as in training even when it only runs, such as drop-out that is to show how sure the network is. */
import { listed } from '../given-file.ts';
import { TRAINING_KINDS } from './kinds/training-kinds.ts';

const WITHOUT_CHANCE: ReadonlySet<string> = new Set(['ActivityRegularization', 'Identity']);

/** Whether a kind of layer draws at random where it acts as in training. */
export function drawsAtRandom(kind: string): boolean {
  return Object.hasOwn(TRAINING_KINDS, kind) && !WITHOUT_CHANCE.has(kind);
}

/** They pass on what they are given here: nothing could be explained that is another every time. Empty where there are none. */
export function remarkOnRandom(fileName: string, layers: readonly string[]): string {
  if (layers.length === 0) return '';
  const [are, doNothing] = layers.length > 1 ? ['are', 'they do nothing'] : ['is', 'it does nothing'];
  return `In ${fileName} ${listed(layers)} ${are} told to act as in training, and would give other scores every time: here ${doNothing}.`;
}
