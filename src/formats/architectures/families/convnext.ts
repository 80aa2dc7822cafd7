/** ConvNeXt (Liu et al., CVPR 2022) and ConvNeXt V2 (Woo et al., CVPR 2023), of any width, depth and size of kernels. */
import { channelScale } from '../blocks/channel-scale.ts';
import { moduleOutput } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { globalResponse } from '../convnext/global-response.ts';
import type { ArchitectureFamily } from '../family.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { flattened } from '../timm/features-only.ts';
import { convNextName } from '../transformers-names.ts';

const EPSILON = 1e-6;

/** What torchvision and timm call the parts of a block. */
interface BlockNames {
  readonly depthwise: string;
  readonly norm: string;
  /** The two linear layers, and what is between them. */
  readonly expand: string;
  readonly activation: string;
  readonly project: string;
  readonly scale: string;
  /** Modules whose last layer projects. */
  readonly around: readonly string[];
}

const TORCHVISION: BlockNames = {
  depthwise: 'block.0',
  norm: 'block.2',
  expand: 'block.3',
  activation: 'block.4',
  project: 'block.5',
  scale: 'layer_scale',
  around: ['block', 'block.6'],
};

const TIMM: BlockNames = {
  depthwise: 'conv_dw',
  norm: 'norm',
  expand: 'mlp.fc1',
  activation: 'mlp.act',
  project: 'mlp.fc2',
  scale: 'gamma',
  around: ['mlp', 'mlp.drop2'],
};

/** Of every cell; some of timm's are written down as convolutions of one cell. */
function linear(network: NetworkBuilder, module: string, x: LayerName, name = module): LayerName {
  const { state } = network;
  if (state.shapeOf(`${module}.weight`)?.length === 4) return network.convolution(module, x, { kernel: 1, name });
  const weight = state.take(`${module}.weight`, [null, network.channelsOf(x)]);
  const bias = state.has(`${module}.bias`) ? state.take(`${module}.bias`, [weight.shape[0] ?? 0]) : null;
  return network.linear(name, x, weight, bias);
}

function block(network: NetworkBuilder, names: BlockNames, name: string, x: LayerName, activation: 'gelu' | 'silu' = 'gelu'): LayerName {
  const { state } = network;
  const at = (part: Exclude<keyof BlockNames, 'around'>) => `${name}.${names[part]}`;
  let y = network.convolution(at('depthwise'), x);
  // It only lays values out otherwise.
  if (names === TORCHVISION) network.alsoCalled(y, `${name}.block.1`);
  y = network.layerNorm(at('norm'), y, { epsilon: EPSILON });
  y = network.activation(activation, at('activation'), linear(network, at('expand'), y));
  // Nothing is dropped where a network only runs, and nothing normalised without weights.
  if (names === TIMM) network.alsoCalled(y, ...['drop1', 'norm'].map((part) => `${name}.mlp.${part}`));
  if (state.childrenOf(`${name}.mlp`).includes('grn')) y = globalResponse(network, `${name}.mlp.grn`, y);
  y = network.alsoCalled(linear(network, at('project'), y), ...names.around.map((module) => `${name}.${module}`));
  if (state.has(at('scale'))) y = channelScale(network, at('scale'), y);
  network.alsoCalled(y, `${name}.stochastic_depth`, `${name}.drop_path`);
  return network.part(network.add(name, [y, x]));
}

/** Without padding: every cell of the result is of cells of its own. */
function patches(network: NetworkBuilder, module: string, x: LayerName, name = module): LayerName {
  const [, , side = 2] = network.state.shapeOf(`${module}.weight`) ?? [];
  return network.alsoCalled(network.convolution(module, x, { stride: side, padding: 0, name }), ...(name === module ? [] : [module]));
}

function torchvision(network: NetworkBuilder): LayerName {
  const { state } = network;
  const count = state.countOf('features');
  let x = patches(network, 'features.0.0', network.input('features.0.0.weight'));
  x = network.part(network.layerNorm('features.0.1', x, { name: 'features.0', epsilon: EPSILON }));
  network.alsoCalled(x, 'features.0.1');
  for (let i = 1; i < count; i++) {
    const name = `features.${i}`;
    if (!state.has(`${name}.0.block.0.weight`)) {
      x = network.layerNorm(`${name}.0`, x, { epsilon: EPSILON });
      x = network.part(patches(network, `${name}.1`, x, name));
      continue;
    }
    for (let k = 0; k < state.countOf(name); k++) x = block(network, TORCHVISION, `${name}.${k}`, x);
    x = moduleOutput(network, name, x);
  }
  network.alsoCalled(x, 'features');
  const pooled = network.globalAverage('avgpool', x);
  // A head of somebody's own may do without.
  const isNormalized = state.shapeOf('classifier.0.weight')?.length === 1;
  return isNormalized ? network.layerNorm('classifier.0', pooled, { epsilon: EPSILON }) : pooled;
}

/** One convolution of patches, or two that overlap. */
function timmStem(network: NetworkBuilder): LayerName {
  const { state } = network;
  let x = network.input('stem.0.weight');
  if (state.shapeOf('stem.1.weight')?.length === 4) {
    x = network.convolution('stem.1', network.convolution('stem.0', x, { stride: 2 }), { stride: 2 });
    return network.alsoCalled(network.layerNorm('stem.2', x, { name: 'stem', epsilon: EPSILON }), 'stem.2');
  }
  return network.alsoCalled(network.layerNorm('stem.1', patches(network, 'stem.0', x), { name: 'stem', epsilon: EPSILON }), 'stem.1');
}

/** The only one of timm's whose stages have different kernels has SiLU. */
function timmActivation({ state, choices }: NetworkBuilder): 'gelu' | 'silu' {
  const stages = Array.from({ length: state.countOf('stages') }, (_, s) => `stages.${s}.blocks.0.${TIMM.depthwise}.weight`);
  const kernels = new Set(stages.map((tensor) => state.shapeOf(tensor)?.[2]));
  if (kernels.size < 2) return 'gelu';
  return choices.of('block-activation', 'Activation of the blocks', [
    ['silu', 'SiLU (timm’s, with kernels of several sizes)'],
    ['gelu', 'GELU (the paper)'],
  ]);
}

/** timm's; torchvision's is one layer. */
const OWN_HEAD = { after: 'head.pre_logits.fc', before: /^head\.fc$/, activation: 'gelu' } as const;

function timm(network: NetworkBuilder): LayerName {
  const { state } = network;
  const activation = timmActivation(network);
  let x = network.part(timmStem(network));
  for (let s = 0; s < state.countOf('stages'); s++) {
    const name = `stages.${s}`;
    if (state.has(`${name}.downsample.1.weight`)) {
      x = network.layerNorm(`${name}.downsample.0`, x, { epsilon: EPSILON });
      x = network.part(patches(network, `${name}.downsample.1`, x, `${name}.downsample`));
    } else network.alsoCalled(x, `${name}.downsample`);
    for (let i = 0; i < state.countOf(`${name}.blocks`); i++) x = block(network, TIMM, `${name}.blocks.${i}`, x, activation);
    x = network.alsoCalled(moduleOutput(network, name, x), `${name}.blocks`);
  }
  network.alsoCalled(x, 'stages');
  if (state.has('norm_pre.weight')) x = network.layerNorm('norm_pre', x, { epsilon: EPSILON });
  else network.alsoCalled(x, 'norm_pre');
  const pooled = network.globalAverage('head.global_pool', x);
  return state.has('head.norm.weight') ? network.layerNorm('head.norm', pooled, { epsilon: EPSILON }) : pooled;
}

export function convNeXtBlock(network: NetworkBuilder, name: string, x: LayerName): LayerName {
  return block(network, TORCHVISION, name, x);
}

export const convNeXt: ArchitectureFamily = {
  id: 'convnext',
  title: 'a ConvNeXt',
  anchors: ['features.1.0.block.0.weight', 'stages.0.blocks.0.conv_dw.weight'],
  words: [
    'features',
    'block',
    'layer_scale',
    'classifier',
    'stem',
    'stages',
    'blocks',
    'conv_dw',
    'norm',
    'mlp',
    'fc1',
    'fc2',
    'grn',
    'downsample',
    'head',
  ],
  trunk: /^(features|stem|stages|norm_pre|classifier\.0|head\.norm)(\.|$)/,
  assumes: 'GELU, an epsilon of 0.000001 in the layer normalisations, padding and the pooling at the end are those of the paper',
  rename: (name) => convNextName(flattened(flattened(name, 'stages', '\\d'), 'stem', '\\d')),
  build(network) {
    classifierHead(network, network.state.has('stem.0.weight') ? timm(network) : torchvision(network), { own: OWN_HEAD });
  },
};
