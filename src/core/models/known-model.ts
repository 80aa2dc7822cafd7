import { normalisationOf } from '../images/preprocessing.ts';
import type { ModelManifest } from './manifest.ts';

/** A network on a server of its makers, which the page offers by name. */
export interface KnownModel {
  readonly title: string;
  readonly url: string;
  /** What its file is called here. */
  readonly fileName: string;
  readonly megabytes: number;
  /** The command that makes it a built-in choice, where the server lets no page fetch it. */
  readonly command: string;
  readonly classes: number;
  /** What its file does not say. */
  readonly manifest: ModelManifest;
}

const TITLE = 'DenseNet-169 · ImageNet';

/** As published by Keras Applications, which takes images as torch does. */
export const IMAGENET_DENSENET: KnownModel = {
  title: TITLE,
  url: 'https://storage.googleapis.com/tensorflow/keras-applications/densenet/densenet169_weights_tf_dim_ordering_tf_kernels.h5',
  fileName: 'densenet169-imagenet.h5',
  megabytes: 58,
  command: 'npm run model -- densenet169-imagenet',
  classes: 1000,
  manifest: {
    title: TITLE,
    description: '',
    input: { width: 224, height: 224 },
    preprocessing: { ...normalisationOf('torch'), fit: 'short-side-256' },
    outputReading: 'softmax',
    classNames: [],
    origin: 'Keras Applications',
    licence: '',
    files: [],
  },
};
