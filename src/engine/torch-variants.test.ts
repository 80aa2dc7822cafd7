/**
 * Networks of timm's beside torchvision's, and activations and normalisations in place of theirs, give what PyTorch gives for them:
 * `tools/fixtures/make_variant_numbers.py` made the numbers.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../core/images/preprocessing.ts';
import { type ReadModel, readModel } from '../formats/read-model.ts';
import { type VariantName, variantFile } from '../formats/testing/torch/variant-networks.ts';
import type { RgbaPixels } from '../protocol/explain.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { explain, noDownload, resultOf } from './testing/test-engine.ts';

const SIDE = 64;

interface Case {
  readonly name: VariantName;
  readonly layer: string;
  readonly logits: readonly number[];
  /** Of Grad-CAM for the first class: its range, and its first two columns of the first two rows. */
  readonly range: number;
  readonly corner: readonly number[];
  readonly width: number;
  readonly choices?: Readonly<Record<string, string>>;
}

const CASES: readonly Case[] = [
  {
    name: 'convnextv2',
    layer: 'stages.1',
    logits: [-0.769754, -0.904056, -0.939724],
    range: 0.0473756,
    corner: [0.0114159, 0.0378478, 0.00480876, 0.0105647],
    width: 8,
  },
  {
    name: 'resnetv2_50',
    layer: 'stages.1',
    logits: [-1.97842, -1.5165, 2.19275],
    range: 0.0608108,
    corner: [-0.0146098, -0.0269089, -0.0151494, -0.0434013],
    width: 8,
  },
  {
    name: 'resnetv2_50d',
    layer: 'stages.1',
    logits: [-1.53265, -1.74354, 2.24348],
    range: 0.0520956,
    corner: [-0.0108201, -0.0162435, -0.0122241, -0.0237001],
    width: 8,
  },
  {
    name: 'resnetv2_50x1_bit',
    layer: 'stages.1',
    logits: [-0.677134, -0.0123517, 0.084448],
    range: 0.0486226,
    corner: [0.0016163, 0.00191947, -0.000313485, 0.00291779],
    width: 8,
    choices: { 'norm-groups': '4' },
  },
  {
    name: 'densenetblur121d',
    layer: 'features.denseblock2',
    logits: [-0.516804, 0.562373, 0.250423],
    range: 0.0206047,
    corner: [-0.00164811, -0.00872328, -0.00861743, -0.0160097],
    width: 8,
  },
  {
    name: 'mobilenetv2_blur',
    layer: 'blocks.4',
    logits: [-0.321043, -0.00277105, -0.479901],
    range: 0.00437878,
    corner: [0.00129066, 0.000956004, 0.000942696, -0.00135236],
    width: 4,
  },
  {
    name: 'resnet_prelu',
    layer: 'layer2',
    logits: [-1.32773, -4.63632, -2.23185],
    range: 0.261368,
    corner: [0.0212672, 0.0218411, -0.033048, 0.00911401],
    width: 8,
  },
  {
    name: 'resnet18_gn',
    layer: 'layer2',
    logits: [-0.576706, -0.807948, 0.0959022],
    range: 0.0648317,
    corner: [-0.00963294, 0.0116713, -0.0185066, -0.01003],
    width: 8,
    choices: { 'norm-groups': '4' },
  },
];

/** Values by their places, as PyTorch gets them. */
function image(): RgbaPixels {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++)
      for (let c = 0; c < 4; c++) data[(y * SIDE + x) * 4 + c] = c === 3 ? 255 : (y * 37 + x * 59 + c * 83 + ((y * x) % 7) * 11) % 256;
  return { width: SIDE, height: SIDE, data };
}

const backends = (await availableBackends()).filter((backend) => backend !== 'webgpu' || process.env.NETWORKS === 'all');

describe.each(backends)('on %s', (backend) => {
  let opened: ReadModel;
  let engine: LocalEngine;

  beforeAll(async () => {
    engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => opened, download: noDownload });
    await engine.start(backend);
  });
  afterAll(() => engine.dispose());

  it.each(CASES)('$name', async ({ name, layer, logits, range, corner, width, choices = {} }) => {
    const read = await readModel([variantFile(name)], () => {}, null, choices);
    opened = { ...read, manifest: { ...read.manifest, preprocessing: TORCH_PREPROCESSING } };
    await engine.loadModel({ kind: 'files', id: name, files: [], input: { width: SIDE, height: SIDE }, output: null }, () => {});
    const asked = { image: { id: name, pixels: image() }, layer, classIndex: 0, score: 'logit' } as const;
    const { logits: found, results } = await explain(engine, { ...asked, methods: ['grad-cam'] });
    const largest = Math.max(...logits.map(Math.abs));
    for (const [i, logit] of logits.entries()) expect(Math.abs((found[i] ?? Number.NaN) - logit)).toBeLessThan(1e-4 * largest);
    const map = resultOf(results, 'grad-cam').map.values;
    const ofCorner = [0, 1, width, width + 1].map((cell) => map[cell] ?? Number.NaN);
    for (const [i, value] of corner.entries()) expect(Math.abs((ofCorner[i] ?? Number.NaN) - value)).toBeLessThan(1e-3 * range);
  });
});
