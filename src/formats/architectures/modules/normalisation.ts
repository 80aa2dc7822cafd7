/** Normalisations of maps and of vectors, as their modules say. */
import type { NamedTensor } from '../../network/named-tensor.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { normalized } from '../heads/head-parts.ts';
import { groupNorm } from '../normalisation/group-norm.ts';
import { fitInput } from './image-side.ts';
import type { ModuleFact } from './module-facts.ts';
import type { Progress } from './progress.ts';

type Normalisation = Extract<ModuleFact, { readonly kind: 'normalisation' }>;

const STATISTICS = ['weight', 'bias', 'running_mean', 'running_var'];

/** Of a vector: a value has a weight of its own. */
function ofVector(network: NetworkBuilder, path: string, { of }: Normalisation, { x, flattened }: Progress): LayerName {
  const { state } = network;
  const [takes = 0] = state.shapeOf(`${path}.weight`) ?? state.shapeOf(`${path}.running_mean`) ?? [network.channelsOf(x)];
  const cells = takes / network.channelsOf(x);
  if ((of !== 'batch' && of !== 'layer') || !Number.isInteger(cells) || (cells !== 1 && flattened === ''))
    throw state.misfit(`the module ${path} does not normalise what comes in`);
  if (flattened !== '' && flattened !== null) fitInput(network, flattened, cells);
  const own = STATISTICS.filter((name) => state.has(`${path}.${name}`));
  const tensors = new Map<string, NamedTensor>(own.map((name) => [name, state.take(`${path}.${name}`, [takes])]));
  if (of === 'batch' && !tensors.has('running_mean')) state.take(`${path}.running_mean`, [takes]);
  return normalized(network, { path, kind: of === 'batch' ? 'batch-norm' : 'layer-norm', tensors }, x, cells);
}

/** @throws Misfit for a normalisation that is not known, or of something else */
export function normalizedAsTold(network: NetworkBuilder, path: string, fact: Normalisation, progress: Progress): LayerName {
  const { state } = network;
  const { x, flattened } = progress;
  if (flattened !== null) return ofVector(network, path, fact, progress);
  const { of, epsilon, groups } = fact;
  if (of === 'batch') return network.batchNorm(path, x);
  if (of === 'channel') return network.layerNorm(path, x);
  if (of === 'group' && groups !== null) return groupNorm(network, path, x, groups, epsilon);
  if (of === 'instance' && !state.has(`${path}.running_mean`)) return groupNorm(network, path, x, network.channelsOf(x), epsilon);
  if (of === 'instance') return network.batchNorm(path, x);
  throw state.misfit(`the module ${path} is a normalisation that is not known here`);
}
