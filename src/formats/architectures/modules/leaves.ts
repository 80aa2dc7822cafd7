/** The modules of a row that hold no others which run in a row too, in the order in which they run. */
import { stepsOfNetwork } from './known-networks.ts';
import type { ModuleFact, ModuleFacts } from './module-facts.ts';
import type { Step } from './progress.ts';

export function joined(path: string, child: string): string {
  return path === '' ? child : `${path}.${child}`;
}

export interface Leaf {
  readonly path: string;
  readonly fact: ModuleFact | undefined;
}

export function leavesOf(facts: ModuleFacts, steps: readonly Step[]): Leaf[] {
  return steps.flatMap((step): Leaf[] => {
    if (typeof step !== 'string') return [];
    const fact = facts.get(step);
    if (fact?.kind === 'sequence')
      return leavesOf(
        facts,
        fact.children.map((child) => joined(step, child)),
      );
    const inside = fact?.kind === 'module' ? stepsOfNetwork({ facts }, fact.of, step) : null;
    return inside ? leavesOf(facts, inside) : [{ path: step, fact }];
  });
}
