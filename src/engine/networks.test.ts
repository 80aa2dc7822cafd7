/** Networks of torch's families, from their weights alone: logits and maps are those that PyTorch gave, on every backend. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mapOfSweep } from '../explain/ablation-plan.ts';
import { readModel } from '../formats/read-model.ts';
import { readImage } from '../formats/testing/goldens.ts';
import {
  expectedOf,
  explanationsOn,
  goldenNetworks,
  networksOn,
  sharedCheckpoints,
  sharedNetworks,
  weightsOf,
} from '../formats/testing/networks.ts';
import { safetensorsWith } from '../formats/testing/sound-safetensors.ts';
import { readTorchWeights } from '../formats/torch/read-checkpoint.ts';
import { availableBackends } from './node/node-device.ts';
import { distance, engineFor, type Opener, openerOn } from './testing/golden-networks.ts';
import { explain, resultOf } from './testing/test-engine.ts';

const CHECKPOINTS = sharedCheckpoints();

describe.skipIf(CHECKPOINTS.same.length === 0)('checkpoints', () => {
  it.each(CHECKPOINTS.same)('of one network give the same logits: $name', async (network) => {
    const engine = await engineFor(network, [weightsOf(network)], 'wasm');
    const image = { id: network.name, pixels: await readImage(join(network.folder, 'input.png')) };
    const { logits } = await explain(engine, { image, layer: 'layer4.1', classIndex: 0, score: 'logit', methods: [] });
    // Halves were rounded before they were saved: 11 binary digits, or 8.
    const tolerance = /half/.test(network.name) ? 2e-3 : /bfloat16/.test(network.name) ? 1e-2 : 1e-4;
    expect(distance(logits, expectedOf(network).logits)).toBeLessThan(tolerance);
    engine.dispose();
  });

  it.each(sharedNetworks())('and safetensors made of them are the same network: $name', async (network) => {
    const file = weightsOf(network);
    const { tensors } = await readTorchWeights(file, () => {});
    const made = [...tensors].map(([name, { shape, values }]) => ({ name, shape, values }));
    const [one, other] = await Promise.all([readModel([file]), readModel([{ name: 'weights.safetensors', bytes: safetensorsWith(made) }])]);
    expect(other.artifacts).toEqual(one.artifacts);
  });

  it.each(CHECKPOINTS.unknown)('of no known architecture are refused with the nearest one: $name', async (network) => {
    await expect(readModel([weightsOf(network)])).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/^The file weights\.pth .*stem\.conv\.weight.*nearest comes an? \w+.*ONNX.*\.$/),
    });
  });
});

describe.each(await availableBackends())('on %s', (backend) => {
  let opener: Opener;

  beforeAll(async () => {
    opener = await openerOn(backend);
  });
  afterAll(() => opener.engine.dispose());

  describe.each(networksOn(backend, [...goldenNetworks(), ...sharedNetworks()]))('$name', (network) => {
    const expected = expectedOf(network);
    beforeAll(() => opener.open(network, [weightsOf(network)]));

    it.each(explanationsOn(backend, expected))(
      '$layer, class $class',
      async ({ layer, class: classIndex, gradCam, fastAblationLogitDrop }) => {
        const image = { id: network.name, pixels: await readImage(join(network.folder, 'input.png')) };
        const methods = ['grad-cam', 'fast-ablation-cam'] as const;
        const about = { image, layer, classIndex, score: 'logit', methods, exact: 'incremental' } as const;
        const { logits, results } = await explain(opener.engine, about);
        expect(distance(logits, expected.logits)).toBeLessThan(1e-4);
        expect(distance(resultOf(results, 'grad-cam').map.values, gradCam.flat())).toBeLessThan(1e-3);
        const score = { classIndex, kind: 'logit', versus: null, reading: 'softmax' } as const;
        const { sweep } = resultOf(results, 'fast-ablation-cam');
        expect(distance(mapOfSweep(sweep, score).values, fastAblationLogitDrop.flat())).toBeLessThan(1e-3);
      },
    );
  });
});
