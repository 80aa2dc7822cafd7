/** Networks of torch's families as tf.js graph-models: logits and maps are PyTorch's, and those of the same networks as ONNX graphs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TORCH_PREPROCESSING } from '../core/images/preprocessing.ts';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { simplified } from '../formats/graph/simplified.ts';
import { readOnnx } from '../formats/onnx/file/model-proto.ts';
import { readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { expectedOf, explanationsOn, type GoldenNetwork, onnxNetworks, weightsOf } from '../formats/testing/networks.ts';
import { graphModelOfOnnx } from '../formats/testing/tfjs/graph-of-onnx.ts';
import type { BackendName } from '../protocol/engine.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { distance, engineFor } from './testing/golden-networks.ts';
import { explain, noDownload, resultOf } from './testing/test-engine.ts';

/** TensorFlow turns channels around by operations that the writer has not: `operations/shapes.test.ts` has them one by one. */
const NETWORKS = onnxNetworks().filter(({ name }) => !name.startsWith('shufflenet'));

/** PyTorch folds a BatchNorm into these, so that the graph has no tensor that its numbers are of. */
const FOLDED = ['layer4.0.conv2', 'features.15'];

/** The network as a graph-model; its images are prepared as PyTorch's are, which nothing in such a file says. */
async function graphModelEngine(network: GoldenNetwork, backend: BackendName): Promise<LocalEngine> {
  const bytes = Uint8Array.from(readFileSync(join(network.folder, 'model.onnx')));
  const { graph } = readOnnx('model.onnx', bytes, () => null);
  const read = await readModel(graphModelOfOnnx(simplified('model.onnx', graph)));
  const manifest = { ...read.manifest, preprocessing: TORCH_PREPROCESSING };
  const openModel = async () => ({ ...read, manifest });
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
  await engine.start(backend);
  const { input } = manifest;
  await engine.loadModel({ kind: 'files', id: network.name, files: [], input, output: null }, () => {});
  return engine;
}

async function mapsOf(engine: LocalEngine, folder: string, layer: string, classIndex: number) {
  const pixels = await readImage(join(folder, 'input.png'));
  const methods = ['grad-cam', 'fast-ablation-cam'] as const;
  const image = { id: folder, pixels };
  const { logits, results } = await explain(engine, { image, layer, classIndex, score: 'logit', methods });
  const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
  const ablation = mapOfSweep(resultOf(results, 'fast-ablation-cam').sweep, score).values;
  return { logits, ablation, gradCam: resultOf(results, 'grad-cam').map.values };
}

/** Their layers are those of the ONNX graphs, which are compared on every backend: here plain JavaScript has the first network alone. */
describe.each((await availableBackends()).filter((backend) => backend !== 'webgpu'))('graph-models on %s', (backend) => {
  describe.each(backend === 'wasm' ? NETWORKS : NETWORKS.slice(0, 1))('$name', (network) => {
    const expected = expectedOf(network);
    let graph: LocalEngine;
    let onnx: LocalEngine;

    beforeAll(async () => {
      graph = await graphModelEngine(network, backend);
      onnx = await engineFor(network, [weightsOf(network)], backend);
    });
    afterAll(() => {
      graph.dispose();
      onnx.dispose();
    });

    it.each(explanationsOn(backend, expected))('$onnxNode, class $class', async (golden) => {
      const layer = golden.onnxNode.replace(/^\//, '');
      const own = await mapsOf(graph, network.folder, layer, golden.class);
      expect(distance(own.logits, expected.logits)).toBeLessThan(1e-4);
      const same = await mapsOf(onnx, network.folder, layer, golden.class);
      expect(distance(own.logits, same.logits)).toBeLessThan(1e-5);
      expect(distance(own.ablation, same.ablation)).toBeLessThan(1e-4);
      expect(distance(own.gradCam, same.gradCam)).toBeLessThan(1e-4);
      if (!FOLDED.includes(golden.layer)) expect(distance(own.ablation, golden.fastAblationLogitDrop.flat())).toBeLessThan(1e-3);
    });
  });
});
