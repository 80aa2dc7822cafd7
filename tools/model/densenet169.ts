/** DenseNet-169 with ImageNet's 1000 classes, from the weights that Keras Applications downloads. */
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TORCH_PREPROCESSING } from '../../src/core/images/preprocessing.ts';
import { withInputSize } from '../../src/formats/network/input-shape.ts';
import { readModel } from '../../src/formats/read-model.ts';
import { writeLayersModel } from '../../src/formats/tfjs/layers-model-writer.ts';
import { IMAGENET_NAMES } from '../../src/formats/usage/imagenet-names.ts';
import { progressOn } from '../../src/node/model/progress.ts';
import type { WrittenModel } from '../../src/node/model/written-model.ts';
import { download } from './download.ts';

const INPUT = { width: 224, height: 224 };

const WEIGHTS = {
  url: 'https://storage.googleapis.com/tensorflow/keras-applications/densenet/densenet169_weights_tf_dim_ordering_tf_kernels.h5',
  // The one that Keras itself checks.
  md5: 'd699b8f76981ab1b30698df4c175e90b',
};

/**
 * @param cache where the downloaded file is kept, whole or in part
 * @throws AppError naming what could not be fetched or read
 */
export async function fetchDenseNet169(cache: string, { url, md5 } = WEIGHTS): Promise<WrittenModel> {
  const name = basename(url);
  const target = join(cache, name);
  await download({ url, md5, target, onProgress: progressOn(process.stderr, name) });
  process.stderr.write(`Converting ${name} …\n`);
  const { artifacts } = await readModel([{ name, bytes: new Uint8Array(await readFile(target)) }]);
  // Weights alone fit images of any size.
  const topology = withInputSize(artifacts.topology, INPUT);
  return {
    files: writeLayersModel({ ...artifacts, topology }, 'float16'),
    besides: [],
    card: {
      title: 'DenseNet-169 · ImageNet',
      description: 'Tells ImageNet’s 1000 classes apart: animals, plants, things and places.',
      input: INPUT,
      preprocessing: { ...TORCH_PREPROCESSING, fit: 'short-side-256' },
      outputReading: 'softmax',
      classNames: IMAGENET_NAMES,
      origin: `Keras Applications’ DenseNet-169, trained on ImageNet (${name})`,
      licence: 'BSD-3-Clause (so says Keras of its DenseNets’ weights)',
    },
  };
}
