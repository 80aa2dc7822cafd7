/** RegNet X and Y (Radosavovic et al., CVPR 2020), of any width, depth and width of groups; and timm's V, which is Y with SiLU. */

import { convNormActivation, moduleOutput } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import { BATCH_NORM_EPSILON, type NetworkBuilder } from '../blocks/network-builder.ts';
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { timmConvNormAct } from '../timm/timm-units.ts';

type Activation = 'relu' | 'silu';

/** What torchvision and timm call the parts of a network. */
interface Naming {
  readonly stem: string;
  /** The first is 1. */
  stage(number: number): string;
  block(stage: number, number: number): string;
  /** Below a block. */
  readonly convolutions: readonly [string, string, string];
  readonly excitation: string;
  readonly shortcut: string;
  readonly last: string;
  /** Below a block: what ends with its last convolution, and with its last activation. */
  readonly aroundLast: readonly string[];
  readonly activation: string;
  unit(
    network: NetworkBuilder,
    module: string,
    x: LayerName,
    options: { stride?: number; kernel?: number; activation: Activation | null },
  ): LayerName;
}

const TORCHVISION: Naming = {
  stem: 'stem',
  stage: (number) => `trunk_output.block${number}`,
  block: (stage, number) => `trunk_output.block${stage}.block${stage}-${number}`,
  convolutions: ['f.a', 'f.b', 'f.c'],
  excitation: 'f.se',
  shortcut: 'proj',
  last: 'trunk_output',
  aroundLast: ['f'],
  activation: 'activation',
  unit: (network, module, x, options) => convNormActivation(network, module, x, { ...options, epsilon: BATCH_NORM_EPSILON }),
};

const TIMM: Naming = {
  stem: 'stem',
  stage: (number) => `s${number}`,
  block: (stage, number) => `s${stage}.b${number + 1}`,
  convolutions: ['conv1', 'conv2', 'conv3'],
  excitation: 'se',
  shortcut: 'downsample',
  last: 'final_conv',
  aroundLast: [],
  activation: 'act3',
  unit: (network, module, x, options) =>
    timmConvNormAct(network, module, x, { ...options, epsilon: BATCH_NORM_EPSILON, padding: 'symmetric' }),
};

function hasModule({ state }: NetworkBuilder, module: string): boolean {
  return state.childrenOf(module).length > 0;
}

/** No weight tells RegNet V from RegNet Y. */
function timmActivation(network: NetworkBuilder): Activation {
  if (network.isTold || !hasModule(network, 's1.b1.se')) return 'relu';
  const options: (readonly [Activation, string])[] = [
    ['relu', 'ReLU (RegNet Y)'],
    ['silu', 'SiLU (timm’s RegNet V)'],
  ];
  return network.choices.of('block-activation', 'Activations', /regnetv/i.test(network.named) ? [...options].reverse() : options);
}

function bottleneck(
  network: NetworkBuilder,
  naming: Naming,
  name: string,
  x: LayerName,
  isFirst: boolean,
  activation: Activation = 'relu',
): LayerName {
  const [first, middle, last] = naming.convolutions.map((part) => `${name}.${part}`) as [string, string, string];
  const projection = `${name}.${naming.shortcut}`;
  const isProjected = hasModule(network, projection);
  // The first block of a stage moves on by two cells, which takes a convolution of its input too.
  const stride = isFirst && isProjected ? 2 : 1;
  let y = naming.unit(network, first, x, { activation, kernel: 1 });
  y = naming.unit(network, middle, y, { activation, stride });
  const excitation = `${name}.${naming.excitation}`;
  y = hasModule(network, excitation) ? squeezeExcitation(network, excitation, y, { activation }) : network.alsoCalled(y, excitation);
  y = network.alsoCalled(
    naming.unit(network, last, y, { activation: null, kernel: 1 }),
    ...naming.aroundLast.map((module) => `${name}.${module}`),
  );
  network.alsoCalled(y, `${name}.drop_path`);
  const shortcut = isProjected ? naming.unit(network, projection, x, { activation: null, stride, kernel: 1 }) : x;
  const sum = network.add(`${name}.add`, [shortcut, y]);
  return network.part(
    network.alsoCalled(network.activation(activation, name, sum, [`${name}.${naming.activation}`]), `${name}.${naming.activation}`),
  );
}

export function regNetBlock(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  return bottleneck(network, TORCHVISION, name, x, true);
}

export const regNet: ArchitectureFamily = {
  id: 'regnet',
  title: 'a RegNet',
  anchors: ['trunk_output.block1.block1-0.f.a.0.weight', 's1.b1.conv1.conv.weight'],
  words: [
    'stem',
    'trunk_output',
    'f',
    'a',
    'b',
    'c',
    'se',
    'proj',
    'fc',
    'fc1',
    'fc2',
    's1',
    's2',
    's3',
    's4',
    'b1',
    'b2',
    'b3',
    'conv1',
    'conv2',
    'conv3',
    'conv',
    'bn',
    'downsample',
    'head',
  ],
  trunk: /^(stem|trunk_output|s\d+\.b\d+|final_conv)(\.|$)/,
  assumes:
    'ReLUs, where they are not chosen, padding, a stride of 2 at the beginning of every stage and the pooling at the end are those of the paper',
  build(network) {
    const naming = hasModule(network, 'trunk_output') ? TORCHVISION : TIMM;
    const stem = naming === TIMM ? 'stem.conv.weight' : 'stem.0.weight';
    const activation = naming === TIMM ? timmActivation(network) : 'relu';
    let x = network.part(naming.unit(network, naming.stem, network.input(stem), { activation, stride: 2 }));
    for (let stage = 1; hasModule(network, naming.block(stage, 0)); stage++) {
      for (let i = 0; hasModule(network, naming.block(stage, i)); i++)
        x = bottleneck(network, naming, naming.block(stage, i), x, i === 0, activation);
      x = moduleOutput(network, naming.stage(stage), x);
    }
    x = moduleOutput(network, naming.last, x);
    classifierHead(network, network.globalAverage('avgpool', x));
  },
};
