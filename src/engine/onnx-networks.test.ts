/** Networks of torch's families as ONNX graphs: logits and maps at their nodes are those that PyTorch gave, on every backend. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { type ReadModel, readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import { expectedOf, explanationsOn, type GoldenNetwork, networksOn, onnxNetworks } from '../formats/testing/networks.ts';
import type { BackendName } from '../protocol/engine.ts';
import { LocalEngine } from './local-engine.ts';
import { availableBackends, nodeDeviceEnvironment } from './node/node-device.ts';
import { distance } from './testing/golden-networks.ts';
import { explain, noDownload, resultOf } from './testing/test-engine.ts';

function layerOf(onnxNode: string): string {
  return onnxNode.replace(/^\//, '');
}

/** A file's network on a backend. */
class Opened {
  readonly #network: GoldenNetwork;
  readonly #engine: LocalEngine;
  #read: ReadModel;

  private constructor(network: GoldenNetwork, read: ReadModel, engine: (open: () => Promise<ReadModel>) => LocalEngine) {
    this.#network = network;
    this.#read = read;
    this.#engine = engine(async () => this.#read);
  }

  static async on(backend: BackendName, network: GoldenNetwork, file = network.file): Promise<Opened> {
    const read = await readModel([{ name: file, bytes: Uint8Array.from(readFileSync(join(network.folder, file))) }]);
    const device = await nodeDeviceEnvironment();
    const opened = new Opened(network, read, (openModel) => new LocalEngine({ device, openModel, download: noDownload }));
    await opened.#engine.start(backend);
    await opened.#load();
    return opened;
  }

  dispose(): void {
    this.#engine.dispose();
  }

  async logits(layer: string): Promise<ArrayLike<number>> {
    const { logits } = await explain(this.#engine, { ...(await this.#question(layer, 0)), methods: [] });
    return logits;
  }

  async maps(layer: string, classIndex: number) {
    const methods = ['grad-cam', 'fast-ablation-cam'] as const;
    const { logits, results } = await explain(this.#engine, { ...(await this.#question(layer, classIndex)), methods });
    const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
    const { sweep } = resultOf(results, 'fast-ablation-cam');
    return { logits, gradCam: resultOf(results, 'grad-cam').map.values, ablation: mapOfSweep(sweep, score).values };
  }

  /** Grad-CAM of the same image, every value of which is off by so many roundings. */
  async gradCamNear(layer: string, classIndex: number, roundings: number): Promise<ArrayLike<number>> {
    const before = this.#read;
    const { preprocessing } = before.manifest;
    const std = preprocessing.std.map((value) => value * (1 + roundings * 2 ** -23));
    this.#read = { ...before, manifest: { ...before.manifest, preprocessing: { ...preprocessing, std } } };
    await this.#load();
    const { results } = await explain(this.#engine, { ...(await this.#question(layer, classIndex)), methods: ['grad-cam'] });
    this.#read = before;
    await this.#load();
    return resultOf(results, 'grad-cam').map.values;
  }

  async #load(): Promise<void> {
    const [height, width] = expectedOf(this.#network).inputSize;
    await this.#engine.loadModel({ kind: 'files', id: this.#network.name, files: [], input: { width, height }, output: null }, () => {});
  }

  async #question(layer: string, classIndex: number) {
    const { name, folder } = this.#network;
    return { image: { id: name, pixels: await readImage(join(folder, 'input.png')) }, layer, classIndex, score: 'logit' } as const;
  }
}

/**
 * PyTorch folds a BatchNorm into the convolution before it: the node then gives what torch's BatchNorm does, and the numbers at torch's
 * convolution are those of a tensor that the graph has not. What stands in for them is the network from its weights, at the BatchNorm.
 */
const FOLDED: Readonly<Record<string, string>> = { 'layer4.0.conv2': 'layer4.0.bn2', 'features.15': 'features.16' };

interface RightMaps {
  readonly gradCam: ArrayLike<number>;
  readonly ablation: ArrayLike<number>;
}

async function rightMaps(network: GoldenNetwork): Promise<RightMaps[]> {
  const right: RightMaps[] = [];
  for (const { layer, class: classIndex, gradCam, fastAblationLogitDrop } of expectedOf(network).explanations) {
    const folded = FOLDED[layer];
    if (folded === undefined) {
      right.push({ gradCam: gradCam.flat(), ablation: fastAblationLogitDrop.flat() });
      continue;
    }
    const weights = await Opened.on('wasm', network, 'weights.pth');
    right.push(await weights.maps(folded, classIndex));
    weights.dispose();
  }
  return right;
}

/** Off by so many roundings, a unit that stands at the kink of its ReLU falls to the other side of it. */
const ROUNDINGS = [1, 2, -1];

describe.each(await availableBackends())('on %s', (backend) => {
  describe.each(networksOn(backend, onnxNetworks()))('$name', (network) => {
    const expected = expectedOf(network);
    let right: RightMaps[];
    let opened: Opened;

    beforeAll(async () => {
      right = await rightMaps(network);
      opened = await Opened.on(backend, network);
    });
    afterAll(() => opened.dispose());

    const cases = explanationsOn(backend, expected).map((golden) => ({ ...golden, place: expected.explanations.indexOf(golden) }));
    it.each(cases)('$onnxNode, class $class', async ({ onnxNode, class: classIndex, place }) => {
      const layer = layerOf(onnxNode);
      const { logits, gradCam, ablation } = await opened.maps(layer, classIndex);
      expect(distance(logits, expected.logits)).toBeLessThan(1e-4);
      expect(distance(ablation, right[place]?.ablation ?? [])).toBeLessThan(1e-3);
      const wanted = right[place]?.gradCam ?? [];
      let nearest = distance(gradCam, wanted);
      for (const roundings of ROUNDINGS) {
        if (nearest < 1e-3) break;
        nearest = Math.min(nearest, distance(await opened.gradCamNear(layer, classIndex, roundings), wanted));
      }
      expect(nearest).toBeLessThan(1e-3);
    });
  });
});

describe('paths of torch’s modules', () => {
  it.each(onnxNetworks())('lead to the layers that give what they give: $name', async (network) => {
    const { artifacts } = await readModel([
      { name: network.file, bytes: Uint8Array.from(readFileSync(join(network.folder, network.file))) },
    ]);
    for (const { layer, onnxNode } of expectedOf(network).explanations)
      expect(artifacts.otherNames?.get(layer), layer).toBe(layer in FOLDED ? undefined : layerOf(onnxNode));
  });
});

const WITH_WEIGHTS = onnxNetworks().filter(({ name }) => !name.startsWith('inception-like'));

describe('the same weights', () => {
  it.each(WITH_WEIGHTS)('give the same logits from both files: $name', async (network) => {
    const [{ layer = '', onnxNode = '' } = {}] = expectedOf(network).explanations;
    const [graph, weights] = [await Opened.on('wasm', network), await Opened.on('wasm', network, 'weights.pth')];
    expect(distance(await graph.logits(layerOf(onnxNode)), await weights.logits(layer))).toBeLessThan(1e-5);
    graph.dispose();
    weights.dispose();
  });
});
