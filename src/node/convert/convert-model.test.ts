import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../../core/images/preprocessing.ts';
import { SHA, serveHub } from '../../engine/testing/hub-server.ts';
import { testManifest, unevenImage } from '../../engine/testing/test-engine.ts';
import { probabilities } from '../../explain/target.ts';
import { type ModelArtifacts, sizeOfShape } from '../../formats/network/artifacts.ts';
import { namedInputSize } from '../../formats/network/input-shape.ts';
import { readModel } from '../../formats/read-model.ts';
import { expectedOf, goldenNetworks } from '../../formats/testing/networks.ts';
import { soundOnnx } from '../../formats/testing/onnx/sound-onnx.ts';
import { denseNetTensors, safetensorsWith } from '../../formats/testing/sound-safetensors.ts';
import { soundGraphModel } from '../../formats/testing/tfjs/sound-graph-model.ts';
import { metadataOf, soundTflite, withFiles } from '../../formats/testing/tflite/sound-tflite.ts';
import { type WeightType, writeLayersModel } from '../../formats/tfjs/layers-model-writer.ts';
import { TFJS_ACTIVATIONS, TFJS_KINDS } from '../../formats/tfjs/tfjs-layers.ts';
import { parseArguments } from '../arguments.ts';
import { givenModel } from '../model/given-files.ts';
import { writeModel } from '../model/written-model.ts';
import { SIDE, tinyNetwork } from '../testing/tiny-network.ts';
import { type Conversion, convertModel } from './convert-model.ts';
import { openNetwork } from './network.ts';
import { convertOptions } from './options.ts';

const IMAGE = unevenImage(SIDE, SIDE);
let folder = '';
let out = '';
let artifacts: ModelArtifacts;
let conversions: Conversion[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'convert-'));
  out = join(folder, 'out');
  artifacts = await tinyNetwork();
});
afterEach(() => {
  for (const { original } of conversions) original.dispose();
  conversions = [];
  rmSync(folder, { recursive: true });
});

/** Puts a tf.js model of three classes into a folder of its own. @returns its `model.json` */
function putModel(name: string, model = artifacts): string {
  mkdirSync(join(folder, name));
  for (const { path, bytes } of writeLayersModel(model, 'float32')) writeFileSync(join(folder, name, path), bytes);
  return join(folder, name, 'model.json');
}

async function convert(file: string, ...options: string[]): Promise<Conversion> {
  const conversion = await convertModel(convertOptions(parseArguments('convert', [file, out, ...options])));
  conversions.push(conversion);
  return conversion;
}

/** Each weight's values, by name. */
function valuesOf({ weights, data }: ModelArtifacts): Map<string, Float32Array> {
  let at = 0;
  return new Map(
    weights.map(({ name, shape }) => {
      const values = new Float32Array(data, at, sizeOfShape(shape));
      at += values.byteLength;
      return [name, values];
    }),
  );
}

/** The softmax that tf.js itself gives for the written files, without anything of ours. */
async function plainScores({ files }: Conversion, { data, width, height } = IMAGE): Promise<Float32Array> {
  const json: tf.io.ModelJSON = JSON.parse(new TextDecoder().decode(files[0]?.bytes));
  const shards = new Blob(files.slice(1).map(({ bytes }) => bytes));
  const load = async () =>
    tf.io.getModelArtifactsForJSON(json, async (manifest) => [tf.io.getWeightSpecs(manifest), await shards.arrayBuffer()]);
  const model = await tfl.loadLayersModel({ load });
  const { mean, std } = TORCH_PREPROCESSING;
  const before = tf.getBackend();
  await tf.setBackend('cpu');
  const scores = tf.tidy(() => {
    const rgb = tf.slice(tf.tensor3d(Float32Array.from(data), [height, width, 4]), [0, 0, 0], [height, width, 3]);
    const input = tf.div(tf.sub(tf.div(rgb, 255), [...mean]), [...std]);
    return model.predict(tf.expandDims(input)) as tf.Tensor;
  });
  const values = Float32Array.from(await scores.data());
  scores.dispose();
  model.dispose();
  await tf.setBackend(before);
  return values;
}

describe('a converted network', () => {
  it.each<[WeightType, number, number]>([
    ['float32', 1, 0],
    ['float16', 1 / 2, 2e-3],
    ['uint8', 1 / 4, 2e-2],
  ])('in %s is a share of %d in size, has nearly the same weights, and runs in plain tf.js too', async (type, share, tolerance) => {
    const conversion = await convert(putModel('in'), `--${type}`, '--preprocessing', 'torch');
    const { original, written, files, card } = conversion;
    const size = files.slice(1).reduce((sum, { bytes }) => sum + bytes.byteLength, 0) / artifacts.data.byteLength;
    // Vectors take two bytes, and of this small network they are a good part.
    expect(size).toBeGreaterThanOrEqual(share);
    expect(size).toBeLessThan(share === 1 / 4 ? 0.36 : share * 1.001);

    const before = valuesOf(artifacts);
    for (const [name, values] of valuesOf(written.artifacts)) {
      const own = before.get(name) ?? new Float32Array();
      const reach = Math.max(...own) - Math.min(...own);
      // float16 has eleven bits; uint8 has 255 steps from the least to the largest.
      const allowed = { float32: 0, float16: 2 ** -11, uint8: name.endsWith('kernel') ? (reach / 255) * 0.5001 : 2 ** -11 }[type];
      for (const [i, value] of values.entries()) expect(Math.abs(value - (own[i] ?? Number.NaN)), name).toBeLessThanOrEqual(allowed);
    }

    const network = await openNetwork(written, null);
    const logits = await network.logits(IMAGE, card.preprocessing);
    const change = (await original.logits(IMAGE, card.preprocessing)).map((logit, i) => Math.abs(logit - (logits[i] ?? Number.NaN)));
    network.dispose();
    expect(Math.max(...change)).toBeLessThanOrEqual(tolerance);
    expect([...(await plainScores(conversion))]).toEqual([...probabilities(logits, 'softmax')].map((value) => expect.closeTo(value, 5)));
  });

  it('is a folder that the page opens as it is described', async () => {
    writeFileSync(join(folder, 'names.csv'), 'index,name\n0,oak\n1,elm\n2,ash\n');
    const card = ['--title', 'Trees', '--description', 'Three of them', '--origin', 'a test', '--licence', 'MIT'];
    const how = ['--preprocessing', 'caffe', '--fit', 'letterbox', '--labels', join(folder, 'names.csv')];
    const conversion = await convert(putModel('in'), ...card, ...how);
    await writeModel(out, { ...conversion, besides: [] });
    const { manifest, isGuessed } = await readModel(await givenModel(join(out, 'model.json')));
    expect(isGuessed).toBe(false);
    expect(manifest).toMatchObject({
      title: 'Trees',
      description: 'Three of them',
      origin: 'a test',
      licence: 'MIT',
      classNames: ['oak', 'elm', 'ash'],
      input: { width: SIDE, height: SIDE },
      preprocessing: { channels: 'bgr', scale: 1, mean: [103.939, 116.779, 123.68], fit: 'letterbox' },
      outputReading: 'softmax',
    });
    expect(conversion.remarks.join()).toContain('As the command says, what is written is “Caffe');
    const own = { channels: 'bgr', scale: 2, mean: [1, 2, 3], std: [4, 5, 6] };
    const { card: ofOwn, remarks } = await convert(putModel('in-numbers'), '--preprocessing', JSON.stringify(own));
    expect(ofOwn.preprocessing).toMatchObject(own);
    expect(remarks.join()).toContain('As the command says, what is written is a preprocessing of its own.');
  });

  it('whose preprocessing was guessed comes with the advice to check it', async () => {
    const { remarks } = await convert(putModel('in'));
    expect(remarks).toHaveLength(2);
    expect(remarks[0]).toContain('model.json does not say how its images are prepared');
    expect(remarks[1]).toContain('--preprocessing');
  });

  it('that takes any size is written for the one that was named, else for what suits it', async () => {
    const open: ModelArtifacts = JSON.parse(JSON.stringify(artifacts).replace(`[null,${SIDE},${SIDE},3]`, '[null,null,null,3]'));
    const file = putModel('in', { ...artifacts, topology: open.topology });
    const named = await convert(file, '--input', '16x8');
    expect(named.card.input).toEqual({ height: 16, width: 8 });
    expect(namedInputSize(named.written.artifacts.topology)).toEqual({ height: 16, width: 8 });
    expect((await convert(file)).card.input).toEqual({ height: 224, width: 224 });
  });
});

/** Three of which tf.js has all layers, and one of which it has not; what is written of the others is compared where it is written. */
const CONVERTED = goldenNetworks().filter(({ name }) => ['convnext', 'mnasnet', 'mobilenet-v2', 'shufflenet-v2'].includes(name));

describe('a network of PyTorch', () => {
  it.each(CONVERTED)('gives the same logits to the bit, and those of plain tf.js where it has all layers: $name', async (network) => {
    const [height, width] = expectedOf(network).inputSize;
    const file = join(network.folder, network.file);
    const conversion = await convert(file, '--float32', '--preprocessing', 'torch', '--input', `${height}x${width}`);
    const { original, written, files, card } = conversion;
    const pixels = unevenImage(width, height);
    const again = await openNetwork(written, null);
    const logits = await original.logits(pixels, card.preprocessing);
    expect([...(await again.logits(pixels, card.preprocessing))]).toEqual([...logits]);
    again.dispose();
    if (JSON.parse(new TextDecoder().decode(files[0]?.bytes)).format !== 'layers-model') return;
    expect([...(await plainScores(conversion, pixels))]).toEqual(
      [...probabilities(logits, 'softmax')].map((value) => expect.closeTo(value, 4)),
    );
  });

  it('as an ONNX graph gives the same logits to the bit', async () => {
    writeFileSync(join(folder, 'network.onnx'), soundOnnx());
    const { original, written, card } = await convert(join(folder, 'network.onnx'), '--float32');
    const pixels = unevenImage(card.input.width, card.input.height);
    const again = await openNetwork(written, null);
    expect([...(await again.logits(pixels, card.preprocessing))]).toEqual([...(await original.logits(pixels, card.preprocessing))]);
    again.dispose();
  });
});

it('a graph-model becomes a layers-model with the same logits to the bit', async () => {
  for (const { name, bytes } of soundGraphModel()) writeFileSync(join(folder, name), bytes);
  const { original, written, files, card } = await convert(join(folder, 'model.json'), '--float32');
  expect(JSON.parse(new TextDecoder().decode(files[0]?.bytes)).format).toBe('layers-model');
  const pixels = unevenImage(card.input.width, card.input.height);
  const again = await openNetwork(written, null);
  expect([...(await again.logits(pixels, card.preprocessing))]).toEqual([...(await original.logits(pixels, card.preprocessing))]);
  again.dispose();
});

it('the kinds that are said to be of tf.js are, and so are the activations', () => {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  expect(TFJS_KINDS.filter((kind) => !(kind in classNameMap))).toEqual([]);
  // tf.js turns names into its own when it reads a file.
  const own = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  for (const name of TFJS_ACTIVATIONS) expect(() => tfl.layers.activation({ activation: own(name) as 'relu' }), name).not.toThrow();
});

describe('a model of the hub', () => {
  it('is downloaded, and converted with what is said of it there', async () => {
    const config = { architecture: 'densenet121', num_classes: 3, num_features: 10, label_names: ['ash', 'elm', 'oak'] };
    const pretrained_cfg = { input_size: [3, 64, 64], mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] };
    const json = new TextEncoder().encode(JSON.stringify({ ...config, pretrained_cfg }));
    const weights = safetensorsWith(denseNetTensors());
    const hub = await serveHub([{ name: 'lab/trees', files: { 'config.json': json, 'model.safetensors': weights } }]);
    try {
      const conversion = await convertModel(convertOptions(parseArguments('convert', ['hf:lab/trees', out])), hub.url);
      conversions.push(conversion);
      expect(conversion.card).toMatchObject({
        title: 'trees',
        origin: `hf:lab/trees@${SHA}`,
        input: { width: 64, height: 64 },
        preprocessing: { mean: [0.5, 0.5, 0.5], fit: 'short-side-73', resampling: 'bicubic' },
        classNames: ['ash', 'elm', 'oak'],
      });
      expect(conversion.remarks.some((remark) => remark.includes('guess'))).toBe(false);
    } finally {
      await hub.close();
    }
  });
});

describe('the manifest beside a tf.js model', () => {
  it('gives what the command does not say, which is said', async () => {
    const file = putModel('in');
    const manifest = testManifest(SIDE, SIDE, { title: 'Given', classNames: ['a', 'b', 'c'], licence: 'CC0' });
    writeFileSync(join(folder, 'in', 'manifest.json'), JSON.stringify(manifest));
    const { card, remarks } = await convert(file, '--title', 'Said');
    expect(card).toMatchObject({ title: 'Said', classNames: ['a', 'b', 'c'], licence: 'CC0', preprocessing: TORCH_PREPROCESSING });
    expect(remarks).toEqual([expect.stringContaining('manifest.json')]);
  });

  it('takes from the file itself what that says, and says so', async () => {
    const file = join(folder, 'phone.tflite');
    const labels = { 'labels.txt': 'oak\nelm\nyew' };
    writeFileSync(file, withFiles(soundTflite({ metadata: metadataOf({ mean: [127.5], std: [127.5] }) }), labels));
    const { card, remarks } = await convert(file);
    expect(card).toMatchObject({ classNames: ['oak', 'elm', 'yew'], preprocessing: { scale: 1 / 127.5, mean: [1, 1, 1] } });
    expect(remarks).toEqual([expect.stringContaining('phone.tflite says itself how its images are prepared')]);
  });

  it('is left alone where it is about other files', async () => {
    const file = putModel('in');
    const files = [{ path: 'another.json', bytes: 1, sha256: '0'.repeat(64) }];
    writeFileSync(join(folder, 'in', 'manifest.json'), JSON.stringify(testManifest(SIDE, SIDE, { title: 'Another', files })));
    expect((await convert(file)).card.title).toBe('model');
  });
});

describe('what cannot be converted is said in one sentence that names it', () => {
  const refused = (code: string, ...parts: string[]) => ({ code, message: expect.stringMatching(new RegExp(`${parts.join('.*')}.*\\.$`)) });

  it('a file that is not there', async () => {
    await expect(convert(join(folder, 'none.h5'))).rejects.toMatchObject(refused('model-file-missing', 'none.h5', 'is not there'));
  });

  it('a shard that is not there', async () => {
    const file = putModel('in');
    rmSync(join(folder, 'in', 'group1-shard1of1.bin'));
    await expect(convert(file)).rejects.toMatchObject(refused('model-file-missing', 'group1-shard1of1.bin'));
  });

  it('a size that is not the network’s own', async () => {
    const file = putModel('in');
    await expect(convert(file, '--input', '24x12')).rejects.toMatchObject(refused('model-unsupported', basename(file), '12x12', '--input'));
    expect((await convert(file, '--input', '12x12')).card.input).toEqual({ width: SIDE, height: SIDE });
  });

  it('names that are too few', async () => {
    writeFileSync(join(folder, 'names.txt'), 'oak\nelm\n');
    await expect(convert(putModel('in'), '--labels', join(folder, 'names.txt'))).rejects.toMatchObject(
      refused('model-file-broken', 'names.txt', '2 classes', 'model.json', '3'),
    );
  });

  it('a model that would be written over', async () => {
    const file = putModel('out');
    const before = readFileSync(file);
    await expect(convert(file)).rejects.toMatchObject(refused('model-unsupported', 'model.json', 'another folder'));
    expect(readFileSync(file)).toEqual(before);
  });
});
