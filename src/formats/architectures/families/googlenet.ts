/** GoogLeNet (Szegedy et al., CVPR 2015) as torchvision has it, with batch normalisation, of any width. */
import { basicConvolution } from '../blocks/basic-convolution.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { maxPool } from '../blocks/pooling.ts';
import { transformedInput } from '../blocks/transform-input.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';

const LETTERS = 'abcdefgh';

/** Four branches side by side: one cell, two of nine, and a pooling. */
export function inception(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  const inRow = (branch: string) => {
    const reduced = basicConvolution(network, `${name}.${branch}.0`, x, { kernel: 1 });
    return network.output(`${name}.${branch}`, basicConvolution(network, `${name}.${branch}.1`, reduced));
  };
  const pooled = maxPool(network, `${name}.branch4.0`, x, { size: 3, stride: 1, padding: 1, ceilMode: true });
  const branches = [
    basicConvolution(network, `${name}.branch1`, x, { kernel: 1 }),
    inRow('branch2'),
    inRow('branch3'),
    network.output(`${name}.branch4`, basicConvolution(network, `${name}.branch4.1`, pooled, { kernel: 1 })),
  ];
  return network.part(network.concatenate(name, branches));
}

export const googlenet: ArchitectureFamily = {
  id: 'googlenet',
  title: 'a GoogLeNet',
  anchors: ['inception3a.branch1.conv.weight'],
  words: [
    'conv',
    'bn',
    'conv1',
    'conv2',
    'conv3',
    'branch1',
    'branch2',
    'branch3',
    'branch4',
    'inception3a',
    'inception4a',
    'inception5a',
    'fc',
  ],
  trunk: /^(conv[123]|inception\d[a-z])(\.|$)/,
  onlyInTraining: /^aux[12]\./,
  assumes: 'strides, padding, ReLUs and pooling are torchvision’s, and what is added to variances is 0.001',
  build(network) {
    let x = transformedInput(network, network.input('conv1.conv.weight'));
    const halved = (name: string, size: number) => maxPool(network, name, x, { size, stride: 2, ceilMode: true });
    x = basicConvolution(network, 'conv1', x, { stride: 2 });
    x = halved('maxpool1', 3);
    x = basicConvolution(network, 'conv2', x);
    x = basicConvolution(network, 'conv3', x);
    x = halved('maxpool2', 3);
    for (const stage of [3, 4, 5]) {
      for (const letter of LETTERS) {
        const name = `inception${stage}${letter}`;
        if (network.state.childrenOf(name).length > 0) x = inception(network, name, x);
      }
      if (stage < 5) x = halved(`maxpool${stage}`, stage === 3 ? 3 : 2);
    }
    classifierHead(network, network.globalAverage('avgpool', x));
  },
};
