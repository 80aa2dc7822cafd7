/** The models that can be fetched, by the names that the command line takes. */

import type { WrittenModel } from '../../src/node/model/written-model.ts';
import { fetchDenseNet169 } from './densenet169.ts';
import { fetchResNet50 } from './resnet50.ts';

export interface Choice {
  readonly name: string;
  /** The model's folder in `public/models`. */
  readonly id: string;
  readonly summary: string;
  /** @param cache a relative folder for what is temporary and for what may be needed again */
  fetch(cache: string): Promise<WrittenModel>;
}

export const CHOICES: readonly Choice[] = [
  {
    name: 'resnet50',
    id: 'resnet50-imagenet',
    summary: 'ResNet-50 with ImageNet’s 1000 classes, from npm (some 100 MB)',
    fetch: fetchResNet50,
  },
  {
    name: 'densenet169-imagenet',
    id: 'densenet169-imagenet',
    summary: 'DenseNet-169 with ImageNet’s 1000 classes, from Keras Applications (some 58 MB)',
    fetch: fetchDenseNet169,
  },
];
