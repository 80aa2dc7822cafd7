/** Networks of torch's families as models of TFLite: logits and maps are those that PyTorch gave. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { simplified } from '../formats/graph/simplified.ts';
import { objectsIn } from '../formats/json.ts';
import { readOnnx } from '../formats/onnx/file/model-proto.ts';
import { readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { expectedOf, explanationsOn, type GoldenNetwork, networksOn, onnxNetworks } from '../formats/testing/networks.ts';
import { tfliteOfGraph, type WeightsAs } from '../formats/testing/tflite/tflite-of-graph.ts';
import type { LocalEngine } from './local-engine.ts';
import { availableBackends } from './node/node-device.ts';
import { distance, engineFor } from './testing/golden-networks.ts';
import { explain, resultOf } from './testing/test-engine.ts';

/** Of operations that phones' networks have. */
const NETWORKS = onnxNetworks().filter(({ name }) => /^(densenet|mobilenet-v2|resnet-basic|vgg-bn),/.test(name));

/** PyTorch's exporter has folded the BatchNorm after it into the convolution: the file has no tensor that it gave. */
const FOLDED = new Set(['layer4.0.conv2', 'features.15']);

function fileOf({ folder }: GoldenNetwork, weights?: WeightsAs) {
  const { graph } = readOnnx('model.onnx', Uint8Array.from(readFileSync(join(folder, 'model.onnx'))), () => null);
  return { name: 'model.tflite', bytes: tfliteOfGraph(simplified('model.onnx', graph), weights) };
}

/** Converters name a layer by its operation or by what it is a part of. */
async function layerOf(network: GoldenNetwork, onnxNode: string): Promise<string> {
  const { artifacts } = await readModel([fileOf(network)]);
  const node = onnxNode.replace(/^\//, '');
  const names = objectsIn(artifacts.topology.config.layers).map(({ name }) => name);
  return names.includes(node) ? node : node.replace(/\/\w+$/, '');
}

async function imageOf({ name, folder }: GoldenNetwork) {
  return { id: name, pixels: await readImage(join(folder, 'input.png')) };
}

/**
 * How far Grad-CAM is off where rounding decides whether a unit counts. Behind this layer of the MobileNet a value of 9 at most is 2.3e-5 from
 * the bound of its ReLU6 (features.13.conv.1): counted or not, that one alone moves the maps by 0.0141 and 0.0096 of their range.
 */
const AT_A_KINK: Readonly<Record<string, number>> = { '/features/features.11/conv/conv.2/Conv': 0.015 };

// Dawn's software driver takes minutes for each: what the networks are made of is compared there operator by operator.
const backends = (await availableBackends()).filter((backend) => backend !== 'webgpu');

describe.each(backends)('on %s', (backend) => {
  describe.each(networksOn(backend, NETWORKS))('$name', (network) => {
    const expected = expectedOf(network);
    let engine: LocalEngine;

    beforeAll(async () => {
      engine = await engineFor(network, [fileOf(network)], backend);
    });
    afterAll(() => engine.dispose());

    it.each(explanationsOn(backend, expected).filter(({ layer }) => !FOLDED.has(layer)))(
      '$onnxNode, class $class',
      async ({ onnxNode, class: classIndex, gradCam, fastAblationLogitDrop }) => {
        const layer = await layerOf(network, onnxNode);
        const methods = ['grad-cam', 'fast-ablation-cam'] as const;
        const question = { image: await imageOf(network), layer, classIndex, score: 'logit', methods } as const;
        const { logits, results } = await explain(engine, question);
        expect(distance(logits, expected.logits)).toBeLessThan(1e-4);
        const atMost = backend === 'wasm' && onnxNode in AT_A_KINK ? AT_A_KINK[onnxNode] : 1e-3;
        expect(distance(resultOf(results, 'grad-cam').map.values, gradCam.flat())).toBeLessThan(atMost ?? 0);
        const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
        const { sweep } = resultOf(results, 'fast-ablation-cam');
        expect(distance(mapOfSweep(sweep, score).values, fastAblationLogitDrop.flat())).toBeLessThan(1e-3);
      },
    );
  });
});

describe('weights that are stored in fewer bits', () => {
  const types = ['float16', 'int8'] as const;
  const cases = NETWORKS.flatMap((network) => types.map((type) => ({ name: network.name, network, type })));

  it.each(cases)('give the logits of the floats that they stand for: $name, $type', async ({ network, type }) => {
    const logitsOf = async (isInFloats: boolean) => {
      const engine = await engineFor(network, [fileOf(network, { type, isInFloats })], 'wasm');
      const [{ onnxNode = '' } = {}] = expectedOf(network).explanations.filter(({ layer }) => !FOLDED.has(layer));
      const layer = await layerOf(network, onnxNode);
      const { logits } = await explain(engine, { image: await imageOf(network), layer, classIndex: 0, score: 'logit', methods: [] });
      engine.dispose();
      return logits;
    };
    const [stored, floats] = [await logitsOf(false), await logitsOf(true)];
    expect(distance(stored, floats)).toBeLessThan(1e-5);
    // And are close to what they were rounded from.
    expect(distance(stored, expectedOf(network).logits)).toBeLessThan(0.2);
    expect(distance(stored, expectedOf(network).logits)).toBeGreaterThan(1e-5);
  });
});
