/** A few drawn networks as a run has hundreds of, and whether a fault would be noticed. */
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { BackendName } from '../../../src/protocol/engine.ts';
import { drawFormat, drawNetwork } from '../drawing/draw-network.ts';
import type { DrawnNetwork, Layer, Tensor } from '../network.ts';
import { writeModel } from '../writing/write-model.ts';
import { QUANTITIES, type Quantity } from './answers.ts';
import { Engines, type Reply } from './ask-engine.ts';
import { checkNetwork } from './check-network.ts';

const SEED = 11;
const BACKENDS: readonly BackendName[] = ['cpu', 'wasm'];

/** Engines whose answers can be spoiled: one value of one quantity, by a hundredth of their range. */
class SpoiltEngines extends Engines {
  spoilt: Quantity | null = null;

  override async ask(...question: Parameters<Engines['ask']>): Promise<Reply> {
    const reply = await super.ask(...question);
    return {
      ...reply,
      answers: reply.answers.map((own) => own && new Map([...own].map(([quantity, values]) => [quantity, this.#spoil(quantity, values)]))),
    };
  }

  #spoil(quantity: Quantity, values: Float64Array): Float64Array {
    if (quantity !== this.spoilt) return values;
    const range = Math.max(...values) - Math.min(...values);
    return values.map((value, i) => (i === 0 ? value + range / 100 : value));
  }
}

const engines = new SpoiltEngines();
afterEach(() => {
  engines.spoilt = null;
});
afterAll(() => engines.dispose());

/** @param given the network that is written down, if it is not the one that it is compared with */
async function check(index: number, given?: (network: DrawnNetwork) => DrawnNetwork | null) {
  const origin = { seed: SEED, index };
  const network = drawNetwork(origin);
  const files = await writeModel(given?.(network) ?? network, drawFormat(network, origin));
  return checkNetwork(origin, network, files, BACKENDS, engines);
}

/** The network with one of its layers changed. */
function withLayer(network: DrawnNetwork, from: Layer, to: Layer): DrawnNetwork {
  const renewed = (tensor: Tensor): Tensor => (tensor.layer === from ? { ...tensor, layer: to } : tensor);
  const layers = network.model.layers.map((layer) =>
    layer === from ? to : { ...layer, calls: layer.calls.map((takes) => takes.map(renewed)) },
  );
  return { ...network, model: { ...network.model, layers, output: renewed(network.model.output) } };
}

/** The layer that gives the scores, where it has a bias: that of the first class is another in the file. */
function withOneWrongNumber(network: DrawnNetwork): DrawnNetwork | null {
  const { scoring } = network;
  const bias = scoring.weights.find(({ name }) => name === 'bias');
  if (!bias || !network.model.layers.includes(scoring)) return null;
  const wrong = { ...bias, values: bias.values.map((value, i) => (i === 0 ? value + 0.1 : value)) };
  return withLayer(network, scoring, { ...scoring, weights: scoring.weights.map((weight) => (weight === bias ? wrong : weight)) });
}

const SPOILED = Array.from({ length: 20 }, (_, index) => index)
  .filter((index) => withOneWrongNumber(drawNetwork({ seed: SEED, index })) !== null)
  .slice(0, 3);

/** One with several scores: a single one has no range to be off by. */
const SEVERAL = Array.from({ length: 10 }, (_, index) => index).find((index) => {
  const { scoring } = drawNetwork({ seed: SEED, index });
  return scoring.weights.some(({ name, shape }) => name === 'kernel' && (shape.at(-1) ?? 1) > 1);
});

describe('drawn networks', () => {
  it.each(Array.from({ length: 10 }, (_, index) => index))('number %i is right on cpu and wasm', async (index) => {
    const { differences, answers } = await check(index);
    expect(differences).toEqual([]);
    expect(answers).toBeGreaterThan(10);
  });

  it('are three in which a number can be spoiled', () => {
    expect(SPOILED).toHaveLength(3);
  });

  it.each(SPOILED)('number %i with one wrong number in its file is noticed', async (index) => {
    const { differences } = await check(index, withOneWrongNumber);
    expect(differences.filter((difference) => /^cpu: logits is/.test(difference))).not.toEqual([]);
    expect(differences.filter((difference) => /^wasm: logits is/.test(difference))).not.toEqual([]);
  });

  it.each(QUANTITIES)('one value of the %s that is off by a hundredth of their range is noticed', async (quantity) => {
    engines.spoilt = quantity;
    const { differences } = await check(SEVERAL ?? 0);
    for (const backend of BACKENDS)
      expect(differences.filter((difference) => difference.startsWith(`${backend}: ${quantity}`))).not.toEqual([]);
  });

  it.each([14, 36])('number %i has a grid that may not be the image’s: that it is refused is no difference', async (index) => {
    const { differences, refused } = await check(index);
    expect(differences).toEqual([]);
    expect(refused).toBeGreaterThan(0);
  });

  it('a network that cannot be read is a difference', async () => {
    const origin = { seed: SEED, index: 0 };
    const network = drawNetwork(origin);
    const findings = await checkNetwork(origin, network, [{ name: 'model.h5', bytes: new Uint8Array([1, 2, 3]) }], BACKENDS, engines);
    expect(findings.differences).toEqual([expect.stringMatching(/^reading: .*model\.h5/)]);
  });
});
