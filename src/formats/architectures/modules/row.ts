/** A `Sequential` of torch's: what it computes follows from its modules, which run one after the other. */
import { withArticle } from '../../../core/with-article.ts';
import type { Json } from '../../network/artifacts.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder, RowRunner } from '../blocks/network-builder.ts';
import { type Pair, pairOf } from '../blocks/pair.ts';
import { adaptiveAveragePool, averagePool, maxPool } from '../blocks/pooling.ts';
import { endOf, OUTPUTS } from '../heads/head-parts.ts';
import { antiAliased } from '../resnet/anti-aliasing.ts';
import { fitInput } from './image-side.ts';
import { knownBlock } from './known-blocks.ts';
import { stepsOfNetwork } from './known-networks.ts';
import { leavesOf } from './leaves.ts';
import type { ModuleFact } from './module-facts.ts';
import { normalizedAsTold } from './normalisation.ts';
import type { Progress, Step } from './progress.ts';

function inWords(path: string, fact: ModuleFact): string {
  if (fact.kind !== 'module') return `the module ${path} is not known here`;
  const name = withArticle(fact.of.split('.').at(-1) ?? fact.of);
  if (fact.fault !== null) return `the module ${path}, ${name}, has ${fact.fault}`;
  if (fact.isKnown) return `the module ${path} is ${name} (${fact.of}), which cannot be run from such a file here`;
  return `the module ${path} is ${name} of somebody’s own (${fact.of}), and the file does not hold what that computes`;
}

type PaddingFact = Extract<ModuleFact, { readonly kind: 'padding' }>;

class Row {
  readonly #network: NetworkBuilder;
  readonly #last: string | null;
  /** Whether scores go through something else after the layer that gives them, so that they are numbers. */
  readonly #endsOtherwise: boolean;
  /** Whether the layer that gives the classes has been written down. */
  #hasEnded = false;

  constructor(network: NetworkBuilder, steps: readonly Step[], last: string | null) {
    this.#network = network;
    this.#last = last;
    const leaves = leavesOf(network.facts, steps);
    const after = leaves.slice(leaves.findIndex(({ path }) => path === last) + 1);
    this.#endsOtherwise = last !== null && after.some(({ fact }) => fact?.kind === 'activation' && !this.#isSigmoid(fact));
  }

  run(steps: readonly Step[], from: Progress): Progress {
    return steps.reduce<Progress>(
      (progress, step) => (typeof step === 'string' ? this.#module(step, progress) : this.#does(step, progress)),
      from,
    );
  }

  #does({ does, name }: Exclude<Step, string>, progress: Progress): Progress {
    const network = this.#network;
    if (does === 'flatten') return this.#flattened(name, progress);
    const { x } = progress;
    return { ...progress, x: does === 'relu' ? network.activation('relu', name, x) : network.globalAverage(name, x, { isMap: true }) };
  }

  #module(path: string, progress: Progress): Progress {
    const network = this.#network;
    const { x } = progress;
    const fact = network.facts.get(path);
    if (!fact) throw network.state.misfit(`the module ${path} is missing`);
    switch (fact.kind) {
      case 'nothing':
        network.alsoCalled(x, path);
        return progress;
      case 'sequence': {
        const result = this.run(
          fact.children.map((child) => (path === '' ? child : `${path}.${child}`)),
          progress,
        );
        if (path !== '') network.alsoCalled(result.x, path);
        return result;
      }
      case 'normalisation':
        return { ...progress, x: normalizedAsTold(network, path, fact, progress) };
      case 'activation':
        // The scores of independent classes are what goes in.
        return this.#isEnd(fact) ? progress : { ...progress, x: network.activation(fact.activation, path, x) };
      case 'softmax':
        if (!this.#hasEnded) throw network.state.misfit(`the module ${path} is a softmax in the middle of the network`);
        return progress;
      case 'flatten':
        return this.#flattened(path, progress);
      case 'linear':
        return this.#linear(path, progress);
      default:
        return this.#onMap(path, fact, progress);
    }
  }

  #isEnd(fact: { readonly activation: Json }): boolean {
    return this.#hasEnded && !this.#endsOtherwise && this.#isSigmoid(fact);
  }

  #isSigmoid({ activation }: { readonly activation: Json }): boolean {
    return activation === 'sigmoid' && this.#network.choices.isTold(OUTPUTS);
  }

  /** A map and no vector. */
  #onMap(path: string, fact: ModuleFact, progress: Progress): Progress {
    const network = this.#network;
    const { x, flattened } = progress;
    const steps = fact.kind === 'module' ? stepsOfNetwork(network, fact.of, path) : null;
    if (flattened !== null && fact.kind === 'module' && !steps) throw network.state.misfit(inWords(path, fact));
    if (flattened !== null) throw network.state.misfit(`the module ${path} takes a map, and a vector comes in`);
    if (steps) return this.run(steps, progress);
    return { ...progress, x: network.part(this.#mapped(path, fact, x)) };
  }

  #mapped(path: string, fact: ModuleFact, x: LayerName): LayerName {
    const network = this.#network;
    switch (fact.kind) {
      case 'convolution':
        return this.#convolution(path, x);
      case 'max-pooling':
        return maxPool(network, path, x, { size: fact.size });
      case 'average-pooling':
        return averagePool(network, path, x, { size: fact.size });
      case 'adaptive-average-pooling':
        return pairOf(fact.size).every((cells) => cells === 1)
          ? network.globalAverage(path, x, { isMap: true })
          : adaptiveAveragePool(network, path, x, fact.size);
      case 'adaptive-max-pooling':
        return this.#maximum(path, x, fact.size);
      case 'blur':
        return antiAliased(network, 'blur', path, x, fact.stride);
      case 'zero-padding':
        return this.#padded(path, x, { ...fact, mode: 'constant', value: 0 });
      case 'padding':
        return this.#padded(path, x, fact);
      case 'local-response': {
        const { size, alpha, beta, bias } = fact;
        return network.layer('LocalResponseNormalization', path, [x], { size, alpha, beta, bias });
      }
      case 'upsampling': {
        const { factors, interpolation } = fact;
        return network.layer('UpSampling2D', path, [x], { size: [...pairOf(factors)], interpolation, data_format: 'channels_last' });
      }
      case 'shuffle':
        if (network.channelsOf(x) % fact.groups !== 0)
          throw network.state.misfit(`the module ${path} shuffles ${network.channelsOf(x)} channels in ${fact.groups} groups`);
        return network.layer('InterleavedGroups', path, [x], { groups: fact.groups });
      default: {
        const block = fact.kind === 'module' && fact.fault === null ? knownBlock(fact.of) : null;
        if (!block) throw network.state.misfit(inWords(path, fact));
        return block(network, path, x);
      }
    }
  }

  #convolution(path: string, x: LayerName): LayerName {
    const network = this.#network;
    const y = network.convolution(path, x);
    if (path !== this.#last) return y;
    this.#hasEnded = true;
    network.features = network.channelsOf(x);
    network.headWeights.push(network.state.take(`${path}.weight`, [null, null, null, null]));
    return y;
  }

  #maximum(path: string, x: LayerName, size: Pair): LayerName {
    if (pairOf(size).some((cells) => cells !== 1))
      throw this.#network.state.misfit(`the module ${path} takes the maxima of windows that depend on the image`);
    return this.#network.layer('GlobalMaxPooling2D', path, [x], { data_format: 'channels_last', keepdims: true });
  }

  #padded(path: string, x: LayerName, { sides, mode, value }: Pick<PaddingFact, 'sides' | 'mode' | 'value'>): LayerName {
    const { state } = this.#network;
    const [left, right, top, bottom] = sides;
    if (sides.some((cells) => cells < 0)) throw state.misfit(`the module ${path} cuts its map instead of padding it`);
    const padding = [
      [top, bottom],
      [left, right],
    ];
    if (mode === 'constant' && value === 0)
      return this.#network.layer('ZeroPadding2D', path, [x], { padding, data_format: 'channels_last' });
    return this.#network.layer('Padding', path, [x], { padding: [...padding, [0, 0]], mode, value });
  }

  #flattened(name: LayerName, { x, flattened }: Progress): Progress {
    if (flattened !== null) return { x: this.#network.alsoCalled(x, name), flattened };
    return { x: this.#network.layer('Flatten', name, [x], { data_format: 'channels_last' }), flattened: x };
  }

  #linear(path: string, { x, flattened }: Progress): Progress {
    const network = this.#network;
    const { state } = network;
    if (flattened === null) throw state.misfit(`the linear layer ${path} takes a vector, and a map comes in`);
    const weight = state.take(`${path}.weight`, [null, null]);
    const [units = 0, takes = 0] = weight.shape;
    const cells = takes / network.channelsOf(x);
    if (!Number.isInteger(cells)) throw state.misfit(`${path} takes ${takes} features where ${network.channelsOf(x)} channels come in`);
    if (flattened !== '') fitInput(network, flattened, cells);
    else if (cells !== 1) throw state.misfit(`${path} takes ${takes} features where ${network.channelsOf(x)} come in`);
    if (network.features === 0) network.features = network.channelsOf(x);
    const bias = state.has(`${path}.bias`) ? state.take(`${path}.bias`, [units]) : null;
    network.headWeights.push(weight);
    const isLast = path === this.#last;
    this.#hasEnded ||= isLast;
    const activation = isLast && !this.#endsOtherwise ? endOf(network, units) : 'linear';
    return { x: network.linear(path, x, weight, bias, { cells, activation }), flattened: '' };
  }
}

export const runRow: RowRunner = (network, steps, from, last) => new Row(network, steps, last).run(steps, from);
