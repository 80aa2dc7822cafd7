/**
 * ResNet V2 (He et al., *Identity mappings*, ECCV 2016) as timm has it, of any depth and width: every convolution comes after a normalisation
 * and a ReLU. With group normalisations and standardised weights these are BiT's (Kolesnikov et al., ECCV 2020).
 */
import { moduleOutput } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import { BATCH_NORM_EPSILON, type NetworkBuilder } from '../blocks/network-builder.ts';
import { averagePool, halvingAveragePool, maxPool } from '../blocks/pooling.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { flattened } from '../timm/features-only.ts';
import { timmNormAct } from '../timm/timm-units.ts';

const UNIT = { activation: 'relu', epsilon: BATCH_NORM_EPSILON, padding: 'symmetric' } as const;

/** timm's BiT. */
const EPSILON_OF_WEIGHTS = 1e-8;

/** In what networks of the same weights differ. */
class Variant {
  readonly isDeep: boolean;
  readonly isStandardised: boolean;
  /** Whether shortcuts average before their convolution, as timm's with a deep stem do. */
  readonly averages: boolean;

  constructor({ state, isTold, choices }: NetworkBuilder) {
    this.isDeep = state.has('stem.conv1.weight');
    const isInGroups = !state.has('stages.0.blocks.0.norm1.running_mean');
    const [yes, no] = [
      ['yes', 'standardised, as in BiT'],
      ['no', 'as they are'],
    ] as const;
    this.isStandardised =
      !isTold &&
      isInGroups &&
      choices.of('weight-standardisation', 'Weights of the convolutions', this.isDeep ? [no, yes] : [yes, no]) === 'yes';
    const [strided, averaged] = [
      ['strided', 'a strided convolution'],
      ['averaged', 'an average, then a convolution (ResNet-D)'],
    ] as const;
    const order = this.isDeep ? [averaged, strided] : [strided, averaged];
    this.averages = !isTold && choices.of('shortcut', 'Shortcuts that stride', order) === 'averaged';
  }
}

class PreActivation {
  readonly #network: NetworkBuilder;
  readonly #variant: Variant;

  constructor(network: NetworkBuilder) {
    this.#network = network;
    this.#variant = new Variant(network);
  }

  stem(): LayerName {
    const network = this.#network;
    const { isDeep, isStandardised } = this.#variant;
    const [first = '', ...others] = isDeep ? ['stem.conv1', 'stem.conv2', 'stem.conv3'] : ['stem.conv'];
    let x = this.#convolution(first, network.input(`${first}.weight`), 2);
    for (const [i, convolution] of others.entries()) x = this.#convolution(convolution, timmNormAct(network, `stem.norm${i + 1}`, x, UNIT));
    // BiT's maxima are of zeros too, where its map ends.
    if (network.facts.get('stem.pad')?.kind === 'zero-padding' || (isStandardised && !isDeep)) {
      const padding = [
        [1, 1],
        [1, 1],
      ];
      x = network.layer('ZeroPadding2D', 'stem.pad', [x], { padding, data_format: 'channels_last' });
      x = maxPool(network, 'stem.pool', x, { size: 3, stride: 2 });
    } else x = maxPool(network, 'stem.pool', x, { size: 3, stride: 2, padding: 1 });
    return network.part(network.alsoCalled(x, 'stem'));
  }

  block(name: string, x: LayerName, stride: number): LayerName {
    const network = this.#network;
    const { state } = network;
    const isBottleneck = state.has(`${name}.conv3.weight`);
    const activated = timmNormAct(network, `${name}.norm1`, x, UNIT);
    const shortcut = state.has(`${name}.downsample.conv.weight`) ? this.#shortcut(`${name}.downsample`, activated, stride) : x;
    const strided = isBottleneck ? 2 : 1;
    let y = activated;
    for (let i = 1; i <= (isBottleneck ? 3 : 2); i++) {
      if (i > 1) y = timmNormAct(network, `${name}.norm${i}`, y, UNIT);
      y = this.#convolution(`${name}.conv${i}`, y, i === strided ? stride : 1);
    }
    network.alsoCalled(y, `${name}.drop_path`);
    return network.part(network.add(name, [y, shortcut]));
  }

  #shortcut(name: string, x: LayerName, stride: number): LayerName {
    const network = this.#network;
    const pool = `${name}.pool`;
    const fact = network.facts.get(pool);
    const isTold = fact?.kind === 'average-pooling';
    const averages = isTold || (this.#variant.averages && stride > 1);
    const pooled = isTold ? averagePool(network, pool, x, { size: fact.size }) : averages ? halvingAveragePool(network, pool, x) : x;
    const y = this.#convolution(`${name}.conv`, pooled, averages ? 1 : stride);
    return network.alsoCalled(y, name, `${name}.norm`);
  }

  #convolution(module: string, x: LayerName, stride = 1): LayerName {
    return this.#network.convolution(module, x, { stride, ...(this.#variant.isStandardised && { standardisedBy: EPSILON_OF_WEIGHTS }) });
  }
}

export const resNetV2: ArchitectureFamily = {
  id: 'resnet-v2',
  title: 'a pre-activation ResNet',
  anchors: ['stages.0.blocks.0.conv1.weight'],
  words: ['stem', 'stages', 'blocks', 'norm1', 'norm2', 'norm3', 'conv1', 'conv2', 'conv3', 'downsample', 'conv', 'norm', 'head', 'fc'],
  trunk: /^(stem|stages|norm)(\.|$)/,
  assumes: 'strides, padding, ReLUs and the pooling at the end are timm’s',
  normalisation: 'tensorflow',
  rename: (name) => flattened(flattened(name, 'stages', '\\d'), 'stem', '(?:conv|norm)'),
  build(network) {
    const { state } = network;
    const parts = new PreActivation(network);
    let x = parts.stem();
    for (let stage = 0; state.countOf(`stages.${stage}.blocks`) > 0; stage++) {
      const name = `stages.${stage}`;
      for (let i = 0; i < state.countOf(`${name}.blocks`); i++) x = parts.block(`${name}.blocks.${i}`, x, i === 0 && stage > 0 ? 2 : 1);
      x = network.alsoCalled(moduleOutput(network, name, x), `${name}.blocks`);
    }
    network.alsoCalled(x, 'stages');
    x = timmNormAct(network, 'norm', x, UNIT);
    classifierHead(network, network.globalAverage('head.global_pool', x));
  },
};
