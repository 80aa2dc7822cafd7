/** Blocks of torchvision's and timm's, by the classes that a whole module names: what they compute is known. */
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { blockShape, sequentialBlock } from '../blocks/sequential-block.ts';
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts';
import { convNeXtBlock } from '../families/convnext.ts';
import { denseBlock } from '../families/densenet.ts';
import { inception } from '../families/googlenet.ts';
import { mnasBlock } from '../families/mnasnet.ts';
import { invertedResidual } from '../families/mobilenet-v2.ts';
import { regNetBlock } from '../families/regnet.ts';
import { shuffleBlock } from '../families/shufflenet-v2.ts';
import { fire } from '../families/squeezenet.ts';
import { residualBlock } from '../resnet/block.ts';
import { UNSTRIDED } from '../resnet/variant.ts';

type Block = (network: NetworkBuilder, path: string, x: LayerName) => LayerName;

/** Strides, epsilons and activations follow from the modules inside. */
function ofUnits(network: NetworkBuilder, path: string, x: LayerName): LayerName {
  const excitation = { activation: 'relu', gate: 'sigmoid' };
  return sequentialBlock(network, blockShape(network.state, path), x, { stride: 1, activation: 'relu', epsilon: 1e-5, excitation });
}

const BLOCKS: readonly (readonly [of: RegExp, block: Block])[] = [
  [/^(torchvision|timm)\.models\.resnet\.(BasicBlock|Bottleneck)$/, (network, path, x) => residualBlock(network, path, x, UNSTRIDED)],
  [/^torchvision\.models\.densenet\._DenseBlock$/, denseBlock],
  [/^torchvision\.models\.(mobilenet|mobilenetv2)\.InvertedResidual$/, (network, path, x) => invertedResidual(network, path, x, 1)],
  [/^torchvision\.models\.(mobilenetv3\.InvertedResidual|efficientnet\.(Fused)?MBConv)$/, ofUnits],
  [/^torchvision\.models\.mnasnet\._InvertedResidual$/, (network, path, x) => mnasBlock(network, path, x, 1)],
  [/^torchvision\.ops\.misc\.SqueezeExcitation$/, (network, path, x) => squeezeExcitation(network, path, x)],
  [/^torchvision\.models\.squeezenet\.Fire$/, fire],
  [/^torchvision\.models\.googlenet\.Inception$/, inception],
  [/^torchvision\.models\.shufflenetv2\.InvertedResidual$/, shuffleBlock],
  [/^torchvision\.models\.regnet\.ResBottleneckBlock$/, regNetBlock],
  [/^torchvision\.models\.convnext\.CNBlock$/, convNeXtBlock],
];

/** Null for a class that is not known. */
export function knownBlock(of: string): Block | null {
  return BLOCKS.find(([pattern]) => pattern.test(of))?.[1] ?? null;
}
