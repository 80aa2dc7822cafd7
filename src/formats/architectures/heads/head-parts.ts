/** What heads are made of beside linear layers: normalisations of vectors, and what the last outputs mean. */
import type { NamedTensor } from '../../network/named-tensor.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import { BATCH_NORM_EPSILON, type NetworkBuilder } from '../blocks/network-builder.ts';
import { epsilonIn } from '../modules/module-facts.ts';
import type { HeadModule } from './head-modules.ts';

/** Numbers of a map that was laid out as a vector: torch does that channel by channel, Keras cell by cell. */
function cellByCell(tensor: NamedTensor | null, cells: number): NamedTensor | null {
  if (!tensor || cells === 1) return tensor;
  const { values } = tensor;
  const channels = values.length / cells;
  return { ...tensor, values: values.map((_, i) => values[(i % channels) * cells + Math.floor(i / channels)] ?? 0) };
}

/** A `BatchNorm1d` or `LayerNorm`, whose epsilon is 1e-5 where nothing else is said. */
export function normalized(
  network: NetworkBuilder,
  { path, kind, tensors }: Omit<HeadModule, 'takes'>,
  x: LayerName,
  cells: number,
): LayerName {
  const own = (name: string) => cellByCell(tensors.get(name) ?? null, cells);
  const epsilon = epsilonIn(network.facts.get(path)) ?? BATCH_NORM_EPSILON;
  const config = { axis: -1, epsilon, center: tensors.has('bias'), scale: tensors.has('weight') };
  network.weightsOf(path, {
    gamma: own('weight'),
    beta: own('bias'),
    moving_mean: own('running_mean'),
    moving_variance: own('running_var'),
  });
  return network.layer(kind === 'batch-norm' ? 'BatchNormalization' : 'LayerNormalization', path, [x], config);
}

/** The choice of what the classes are to each other. */
export const OUTPUTS = 'outputs';

/** What the last layer's outputs are: training says it, and nothing in the file. */
export function endOf({ choices }: NetworkBuilder, units: number): 'linear' | 'sigmoid' | 'softmax' {
  // One output is read as the page says.
  if (units < 2) return 'linear';
  return choices.of(OUTPUTS, 'Outputs', [
    ['softmax', 'exclude each other (softmax)'],
    ['sigmoid', 'are independent of each other (sigmoid)'],
  ]);
}
