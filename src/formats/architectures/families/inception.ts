/** Inception v3 (Szegedy et al., CVPR 2016) as torchvision and timm have it, of any width. */
import { basicConvolution } from '../blocks/basic-convolution.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { averagePool, maxPool } from '../blocks/pooling.ts';
import { transformedInput } from '../blocks/transform-input.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';

const LETTERS = 'abcdefgh';

/** One module, by what its branches are called. */
class Mixed {
  readonly #network: NetworkBuilder;
  readonly #name: string;
  readonly #x: LayerName;
  readonly #children: readonly string[];

  constructor(network: NetworkBuilder, name: string, x: LayerName) {
    this.#network = network;
    this.#name = name;
    this.#x = x;
    this.#children = network.state.childrenOf(name);
  }

  build(): LayerName {
    return this.#network.part(this.#network.concatenate(this.#name, this.#branches()));
  }

  #branches(): LayerName[] {
    const has = (child: string) => this.#children.includes(child);
    if (has('branch5x5_1')) return [this.#one('branch1x1'), this.#row('branch5x5', 2), this.#row('branch3x3dbl', 3), this.#averaged()];
    if (has('branch3x3')) return [this.#one('branch3x3', 2), this.#row('branch3x3dbl', 3, 2), this.#halved()];
    if (has('branch7x7_1')) return [this.#one('branch1x1'), this.#row('branch7x7', 3), this.#row('branch7x7dbl', 5), this.#averaged()];
    if (has('branch7x7x3_1')) return [this.#row('branch3x3', 2, 2), this.#row('branch7x7x3', 4, 2), this.#halved()];
    if (has('branch3x3_2a'))
      return [
        this.#one('branch1x1'),
        this.#split('branch3x3', '2', this.#row('branch3x3', 1)),
        this.#split('branch3x3dbl', '3', this.#row('branch3x3dbl', 2)),
        this.#averaged(),
      ];
    throw this.#network.state.misfit(`the branches of ${this.#name} are none of its own`);
  }

  #convolution(branch: string, x: LayerName, stride = 1): LayerName {
    return basicConvolution(this.#network, `${this.#name}.${branch}`, x, stride === 1 ? {} : { stride, padding: 0 });
  }

  #one(branch: string, stride = 1): LayerName {
    return this.#convolution(branch, this.#x, stride);
  }

  /** So many convolutions one after the other, of which the last may move on by more than a cell. */
  #row(branch: string, count: number, lastStride = 1): LayerName {
    let y = this.#x;
    for (let i = 1; i <= count; i++) y = this.#convolution(`${branch}_${i}`, y, i === count ? lastStride : 1);
    return y;
  }

  #split(branch: string, place: string, x: LayerName): LayerName {
    const sides = ['a', 'b'].map((letter) => this.#convolution(`${branch}_${place}${letter}`, x));
    return this.#network.concatenate(`${this.#name}.${branch}.concat`, sides);
  }

  #averaged(): LayerName {
    const pooled = averagePool(this.#network, `${this.#name}.avg_pool`, this.#x, { size: 3, stride: 1, padding: 1 });
    return this.#convolution('branch_pool', pooled);
  }

  #halved(): LayerName {
    return maxPool(this.#network, `${this.#name}.max_pool`, this.#x, { size: 3, stride: 2 });
  }
}

export const inception: ArchitectureFamily = {
  id: 'inception-v3',
  title: 'an Inception v3',
  anchors: ['Mixed_5b.branch1x1.conv.weight'],
  words: [
    'conv',
    'bn',
    'branch1x1',
    'branch_pool',
    'branch3x3dbl_1',
    'branch5x5_1',
    'Conv2d_1a_3x3',
    'Mixed_5b',
    'Mixed_6a',
    'Mixed_7a',
    'fc',
  ],
  trunk: /^(Conv2d_\d[a-z]_\dx\d|Mixed_\d[a-z])(\.|$)/,
  onlyInTraining: /^AuxLogits\./,
  assumes: 'strides, padding, ReLUs and pooling are torchvision’s, and what is added to variances is 0.001',
  side: 299,
  build(network) {
    let x = transformedInput(network, network.input('Conv2d_1a_3x3.conv.weight'));
    const halved = (name: string) => maxPool(network, name, x, { size: 3, stride: 2 });
    x = basicConvolution(network, 'Conv2d_1a_3x3', x, { stride: 2, padding: 0 });
    x = basicConvolution(network, 'Conv2d_2a_3x3', x, { padding: 0 });
    x = basicConvolution(network, 'Conv2d_2b_3x3', x);
    x = halved('maxpool1');
    x = basicConvolution(network, 'Conv2d_3b_1x1', x, { padding: 0 });
    x = basicConvolution(network, 'Conv2d_4a_3x3', x, { padding: 0 });
    x = halved('maxpool2');
    for (const stage of [5, 6, 7])
      for (const letter of LETTERS) {
        const name = `Mixed_${stage}${letter}`;
        if (network.state.childrenOf(name).length > 0) x = new Mixed(network, name, x).build();
      }
    classifierHead(network, network.globalAverage('avgpool', x));
  },
};
