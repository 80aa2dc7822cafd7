/** What the engine, and the reference, are asked about a drawn network. */

import { classCount, type OutputReading, readingsFor } from '../../../src/core/models/output-reading.ts';
import type { AblationSettings } from '../../../src/explain/ablation-plan.ts';
import type { ClassScore } from '../../../src/explain/target.ts';
import { Draw, type Origin, seedOf } from '../draw.ts';
import type { DrawnNetwork } from '../network.ts';
import type { ReferenceGraph } from '../reference/graph.ts';

export interface Question {
  readonly layer: string;
  readonly score: ClassScore;
  readonly ablation: AblationSettings;
  /** Whether the engine may refuse the layer, and with it the network: there is no other that it must explain. */
  readonly mayRefuse: 'no' | 'layer' | 'network';
}

/** What the units of a network mean that ends in an activation; null for one that does not say. */
export function readingOf({ activation }: Pick<DrawnNetwork, 'activation'>, units: number): OutputReading | null {
  if (activation === 'linear') return null;
  if (activation === 'softmax') return 'softmax';
  return units === 1 ? 'binary' : 'independent';
}

/** At two layers, one of which is the last that has cells. */
export function drawQuestions(graph: ReferenceGraph, network: DrawnNetwork, origin: Origin): Question[] {
  const draw = new Draw(seedOf(origin, 'questions'));
  const activations = graph.run();
  const units = activations.at(-1)?.data.length ?? 1;
  const reading = readingOf(network, units) ?? draw.pick(readingsFor(units));
  const classes = classCount(units, reading);
  const withCells = activations.flatMap(({ shape }, node) => {
    const [rows = 1, columns = 1] = shape;
    const name = graph.nodes[node]?.name ?? '';
    return name !== '' && shape.length === 3 && rows * columns > 1 && graph.find(name) === node ? [name] : [];
  });
  const last = withCells.at(-1);
  if (last === undefined) throw new Error('the network has no layer with cells');
  const layers = new Set([draw.pick(withCells), last]);
  const laidAnew = graph.laidAnew();
  const isLaidAnew = (layer: string) => laidAnew.has(graph.find(layer));
  const refusal = withCells.every(isLaidAnew) ? 'network' : 'layer';
  return [...layers].map((layer) => ({
    layer,
    mayRefuse: isLaidAnew(layer) ? refusal : 'no',
    score: {
      classIndex: draw.whole(0, classes - 1),
      kind: reading === 'number' ? 'value' : draw.pick(['logit', 'logit', 'probability']),
      versus: draw.isOneIn(4) ? draw.whole(0, classes - 1) : null,
      reading,
    },
    ablation: draw.isOneIn(2)
      ? { window: 1, stride: 1, value: 0 }
      : { window: draw.whole(1, 3), stride: draw.whole(1, 2), value: draw.pick([0, 0.5, 2, 'mean'] as const) },
  }));
}
