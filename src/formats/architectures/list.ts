/** All families of architectures that are known by the names and shapes of their weights. */
import { alexnet } from './families/alexnet.ts';
import { convNeXt } from './families/convnext.ts';
import { densenet } from './families/densenet.ts';
import { efficientNet } from './families/efficientnet.ts';
import { googlenet } from './families/googlenet.ts';
import { inception } from './families/inception.ts';
import { mnasNet } from './families/mnasnet.ts';
import { mobileNetV2 } from './families/mobilenet-v2.ts';
import { mobileNetV3 } from './families/mobilenet-v3.ts';
import { regNet } from './families/regnet.ts';
import { resnet } from './families/resnet.ts';
import { shuffleNetV2 } from './families/shufflenet-v2.ts';
import { squeezenet } from './families/squeezenet.ts';
import { vgg } from './families/vgg.ts';
import type { ArchitectureFamily } from './family.ts';
import { resNetV2 } from './resnet/pre-activation.ts';

export const FAMILIES: readonly ArchitectureFamily[] = [
  densenet,
  resnet,
  resNetV2,
  vgg,
  alexnet,
  squeezenet,
  googlenet,
  inception,
  mobileNetV2,
  mobileNetV3,
  mnasNet,
  efficientNet,
  regNet,
  shuffleNetV2,
  convNeXt,
];
