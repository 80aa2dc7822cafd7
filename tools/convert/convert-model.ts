import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import h5wasm from 'h5wasm/node';
import { AppError } from '../../src/core/app-error.ts';
import type { ModelManifest } from '../../src/core/manifest.ts';
import { TORCH_PREPROCESSING } from '../../src/core/preprocessing.ts';
import type { Json, ModelArtifacts } from '../../src/formats/artifacts.ts';
import { denseNetFromTorch } from '../../src/formats/densenet.ts';
import { asArray, asObject, objectsIn, parseJson } from '../../src/formats/json.ts';
import { readKerasH5 } from '../../src/formats/keras-h5.ts';
import { type WrittenFile, writeLayersModel } from '../../src/formats/layers-model-writer.ts';
import { readSafetensors } from '../../src/formats/safetensors.ts';
import { sha256 } from '../../src/formats/sha256.ts';
import type { ConvertOptions } from './options.ts';

async function readArtifacts({ file, input }: ConvertOptions): Promise<ModelArtifacts> {
  const name = basename(file);
  const kind = extname(file).toLowerCase();
  if (kind === '.safetensors') {
    const bytes = Uint8Array.from(await readFile(file)).buffer;
    return denseNetFromTorch(name, readSafetensors(name, bytes), input);
  }
  if (kind === '.h5' || kind === '.hdf5') {
    await h5wasm.ready;
    const opened = new h5wasm.File(file, 'r');
    try {
      return readKerasH5(name, opened);
    } finally {
      opened.close();
    }
  }
  throw new AppError('model-unsupported', `The file ${name} is neither .safetensors nor .h5; please give one of these.`);
}

/** The input size that the topology itself names, if it does. */
function inputOf({ topology }: ModelArtifacts): { width: number; height: number } | null {
  const config = objectsIn(topology.config.layers).map((layer) => asObject(layer.config));
  const shape = config.flatMap((layer): Json[] => (layer?.batch_input_shape ? [layer.batch_input_shape] : []))[0];
  const [, height, width] = asArray(shape);
  return typeof height === 'number' && typeof width === 'number' ? { width, height } : null;
}

async function readLabels(file: string | null): Promise<string[]> {
  if (!file) return [];
  const labels = parseJson(basename(file), await readFile(file, 'utf8'));
  if (!Array.isArray(labels)) throw new AppError('model-file-broken', `The file ${basename(file)} is no JSON list of class names.`);
  return labels.map(String);
}

/** All files of the converted model, `manifest.json` last. @throws AppError naming the file that is wrong. */
export async function convertModel(options: ConvertOptions): Promise<WrittenFile[]> {
  const artifacts = await readArtifacts(options);
  const files = writeLayersModel(artifacts, options.dtype);
  const manifest: ModelManifest = {
    title: options.title,
    description: options.description,
    input: inputOf(artifacts) ?? options.input,
    preprocessing: TORCH_PREPROCESSING,
    outputActivation: 'softmax',
    classNames: await readLabels(options.labels),
    origin: options.origin,
    licence: options.licence,
    files: await Promise.all(
      files.map(async ({ path, bytes }) => ({ path, bytes: bytes.byteLength, sha256: await sha256(bytes.slice().buffer) })),
    ),
  };
  return [...files, { path: 'manifest.json', bytes: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`) }];
}
