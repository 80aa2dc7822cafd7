/** The methods of the CAM family: PyTorch's raw maps of eight families of networks, on every backend. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemLogits } from '../explain/item-sweep.ts';
import { type MethodId, methodOf } from '../explain/methods/list.ts';
import { lookAlikesOf, scoreOf } from '../explain/target.ts';
import { readImage } from '../formats/testing/goldens.ts';
import {
  expectedOf,
  type GoldenNetwork,
  type NetworkExpected,
  networksOn,
  onnxNetworks,
  sharedNetworks,
  weightsOf,
} from '../formats/testing/networks.ts';
import { ask } from '../protocol/ask.ts';
import type { BackendName } from '../protocol/engine.ts';
import { availableBackends } from './node/node-device.ts';
import { distance, engineFor, type Opener, openerOn } from './testing/golden-networks.ts';
import { explain, resultOf } from './testing/test-engine.ts';

type CamFamily = NonNullable<NetworkExpected['explanations'][number]['camFamily']>;

type MapField = Exclude<keyof CamFamily, 'finerCamGradCam'>;

const FIELDS: Readonly<Partial<Record<MethodId, MapField>>> = {
  'hires-cam': 'hiResCam',
  'layer-cam': 'layerCam',
  'grad-cam-plus-plus': 'gradCamPlusPlus',
  'xgrad-cam': 'xGradCam',
  'eigen-grad-cam': 'eigenGradCamUpToSign',
  'eigen-cam': 'eigenCamUpToSign',
  'recipro-cam': 'reciproCam',
  'score-cam': 'scoreCamHalfPixel',
};

/** Where PyTorch's sign means nothing, ours is the rule: the value furthest from zero is positive. */
function signed(field: MapField, values: readonly number[]): readonly number[] {
  const furthest = values.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a));
  return field.endsWith('UpToSign') && furthest < 0 ? values.map((value) => -value) : values;
}

const METHODS = Object.keys(FIELDS) as MethodId[];

/** All families: those that are known by their weights, and one that is not, as the graph that it also comes as. */
const NETWORKS = [...sharedNetworks(), ...onnxNetworks().filter(({ folder }) => folder.endsWith('inception-like'))];

const TIMEOUT_MS = process.env.NETWORKS === 'all' ? 3_600_000 : 120_000;

/** MobileNet V2 has 1280 channels, and Score-CAM a whole pass for each: on a software GPU hours, so that a few of them stand for all. */
function hasTooManyChannels({ name }: GoldenNetwork): boolean {
  return name.startsWith('mobilenet');
}

/** Whole passes by the hundred take minutes on slow backends, where some networks stand for all: on a software GPU, one. */
function methodsFor(network: GoldenNetwork, backend: BackendName): readonly MethodId[] {
  const all = networksOn(backend, NETWORKS);
  const run = backend === 'webgpu' && process.env.NETWORKS !== 'all' ? all.slice(0, 1) : all;
  const isRunWhole = run.some(({ name }) => name === network.name) && !(backend === 'webgpu' && hasTooManyChannels(network));
  return METHODS.filter((id) => id !== 'score-cam' || isRunWhole);
}

describe.each(await availableBackends())('on %s', (backend) => {
  let opener: Opener;

  beforeAll(async () => {
    opener = await openerOn(backend);
  });
  afterAll(() => opener.engine.dispose());

  describe.each(NETWORKS)('$name', (network) => {
    const { explanations } = expectedOf(network);
    const methods = methodsFor(network, backend);
    const cases = explanations.flatMap(({ layer, onnxNode, class: classIndex, camFamily }) =>
      camFamily ? [{ layer: network.file.endsWith('.onnx') ? onnxNode.replace(/^\//, '') : layer, classIndex, camFamily }] : [],
    );
    beforeAll(() => opener.open(network, [weightsOf(network)]));

    it.each(cases)('$layer, class $classIndex, against its look-alikes', async ({ layer, classIndex, camFamily }) => {
      const { against, score: value, map } = camFamily.finerCamGradCam;
      const image = { id: network.name, pixels: await readImage(join(network.folder, 'input.png')) };
      const { logits, results } = await explain(opener.engine, {
        image,
        layer,
        classIndex,
        score: 'logit',
        versus: against,
        methods: ['grad-cam'],
      });
      expect(lookAlikesOf(logits, classIndex)).toEqual(against);
      const score = { classIndex, kind: 'logit', versus: against, reading: 'softmax' } as const;
      expect(scoreOf(logits, score)).toBeCloseTo(value, 3);
      expect(distance(resultOf(results, 'grad-cam').map.values, map.flat())).toBeLessThan(1e-3);
    });

    it.each(cases)(
      '$layer, class $classIndex',
      async ({ layer, classIndex, camFamily }) => {
        const image = { id: network.name, pixels: await readImage(join(network.folder, 'input.png')) };
        const { results } = await explain(opener.engine, { image, layer, classIndex, score: 'logit', methods });
        const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
        const distances = results.map((result) => {
          const field = FIELDS[result.method as MethodId];
          const { raw } = methodOf(result.method).mapOf(result, score, null);
          return [result.method, field && distance(raw.values, signed(field, camFamily[field].flat()))];
        });
        expect(distances.map(([method]) => method)).toEqual(methods);
        expect(distances.filter(([, off]) => !(Number(off) < 1e-3))).toEqual([]);
      },
      TIMEOUT_MS,
    );
  });
});

const isWhole = process.env.NETWORKS === 'all';
if (!isWhole) console.warn('SKIPPED: Score-CAM of 1280 channels is not compared on WebGPU; with NETWORKS=all a few of them are.');

describe.runIf(isWhole && (await availableBackends()).includes('webgpu'))('a few channels by Score-CAM', () => {
  const CHANNELS = Uint32Array.of(0, 1, 3, 7, 12, 31, 640, 1279);

  it.each(NETWORKS.filter(hasTooManyChannels))(
    'of $name have on a GPU the logits that WASM has, whose whole map is PyTorch’s',
    async (network) => {
      const layer = expectedOf(network).explanations.find(({ camFamily }) => camFamily)?.layer ?? '';
      const image = { id: network.name, pixels: await readImage(join(network.folder, 'input.png')) };
      const logitsOn = async (backend: BackendName) => {
        const engine = await engineFor(network, [weightsOf(network)], backend);
        const { result } = await ask(engine, { image, layer, work: { method: 'score-cam', items: CHANNELS }, budgetBytes: 64e6 });
        engine.dispose();
        const { sweep } = resultOf(result ? [result] : [], 'score-cam');
        return [...CHANNELS].flatMap((channel) => [...itemLogits(sweep, channel)]);
      };
      const wasm = await logitsOn('wasm');
      expect(distance(Float32Array.from(await logitsOn('webgpu')), wasm)).toBeLessThan(1e-3);
    },
    TIMEOUT_MS,
  );
});
