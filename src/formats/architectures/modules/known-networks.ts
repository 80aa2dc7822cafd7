/** torchvision's own networks by their classes: in which order they run their modules, and what they do in between. */
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import type { Step } from './progress.ts';

/** `=flatten` and its like are done without a module. */
const ORDERS: Readonly<Record<string, string>> = {
  'alexnet.AlexNet': 'features avgpool =flatten classifier',
  'convnext.ConvNeXt': 'features avgpool classifier',
  'densenet.DenseNet': 'features =relu =pool =flatten classifier',
  'efficientnet.EfficientNet': 'features avgpool =flatten classifier',
  'mnasnet.MNASNet': 'layers =pool =flatten classifier',
  'mobilenetv2.MobileNetV2': 'features =pool =flatten classifier',
  'mobilenetv3.MobileNetV3': 'features avgpool =flatten classifier',
  'regnet.RegNet': 'stem trunk_output avgpool =flatten fc',
  'resnet.ResNet': 'conv1 bn1 relu maxpool layer1 layer2 layer3 layer4 avgpool =flatten fc',
  'shufflenetv2.ShuffleNetV2': 'conv1 maxpool stage2 stage3 stage4 conv5 =pool =flatten fc',
  'squeezenet.SqueezeNet': 'features classifier =flatten',
  'vgg.VGG': 'features avgpool =flatten classifier',
};

const NAMES: Readonly<Record<string, string>> = { flatten: 'flatten', relu: 'relu', pool: 'avgpool' };

function orderOf(of: string): string | undefined {
  const name = /^torchvision\.models\.(\w+\.\w+)$/.exec(of)?.[1] ?? '';
  return Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
}

export function isKnownNetwork(of: string): boolean {
  return orderOf(of) !== undefined;
}

/** Null for any other class, and where a module is missing that every such network has. */
export function stepsOfNetwork({ facts }: Pick<NetworkBuilder, 'facts'>, of: string, path: string): Step[] | null {
  const words = orderOf(of)?.split(' ');
  const prefix = path === '' ? '' : `${path}.`;
  const steps = words?.map((word): Step => {
    const does = word.startsWith('=') ? (word.slice(1) as Exclude<Step, string>['does']) : null;
    return does === null ? `${prefix}${word}` : { does, name: `${prefix}${NAMES[does]}` };
  });
  return steps?.every((step) => typeof step !== 'string' || facts.has(step)) ? steps : null;
}
