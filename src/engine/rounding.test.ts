/** A saturated probability: no method draws what float32 cannot tell from nothing, on any backend; the logit has a map by all of them. */
import { describe, expect, it } from 'vitest';
import { METHODS, methodOf } from '../explain/methods/list.ts';
import { isNothing, isSaturated, maxAbs } from '../explain/rounding.ts';
import { availableBackends } from './node/node-device.ts';
import { engineWith, explain, plainImage, type Question, testManifest } from './testing/test-engine.ts';
import { spikeModel } from './testing/tiny-models.ts';

const SIDE = 3;
const OF_DIFFERENCES = ['eigen-cam', 'eigen-grad-cam', 'recipro-cam', 'occlusion'];
/** Sums of activations, whatever these are worth; and scores of half the image, which are not saturated. */
const NEVER_LOST = ['ablation-cam', 'score-cam', 'rise'];
const OF_POSITIVE_GRADIENTS = ['layer-cam', 'grad-cam-plus-plus'];

function question(kind: 'logit' | 'probability', green: number, classIndex: number): Question {
  const image = { id: `${green}`, pixels: plainImage(SIDE, SIDE, green) };
  // One cell differs, so that there is something to see.
  image.pixels.data.set([0, 255, 0, 255], 16);
  return { image, layer: 'spikes', classIndex, score: kind, methods: METHODS.map(({ id }) => id) };
}

describe.each(await availableBackends())('a saturated probability on %s', (backend) => {
  it('has no map, and its logit has one', async () => {
    const engine = await engineWith(backend, await spikeModel(SIDE, SIDE), testManifest(SIDE, SIDE));
    // White: the classes are some forty apart. Grey: a little.
    for (const [green, classIndex, saturated] of [
      [255, 0, true],
      [255, 1, true],
      [110, 0, false],
    ] as const) {
      for (const kind of ['logit', 'probability'] as const) {
        const asked = question(kind, green, classIndex);
        const { results, logits } = await explain(engine, asked);
        const score = { classIndex, kind, versus: null, reading: 'softmax' } as const;
        expect(isSaturated(logits, score)).toBe(kind === 'probability' && saturated);
        for (const result of results) {
          const { map, raw } = methodOf(result.method).mapOf(result, score, null);
          // Without its only channel, the network knows nothing; of a single channel, the weight is 1. That is no rounding.
          const isLost = kind === 'probability' && saturated && !NEVER_LOST.includes(result.method);
          // Nothing speaks for class 1: methods that take positive gradients alone have nothing to draw.
          // White is the same in every cell: it has no direction in which cells differ.
          const isFlat = green === 255 && OF_DIFFERENCES.includes(result.method);
          const isExpected = isFlat || isLost || (classIndex === 1 && OF_POSITIVE_GRADIENTS.includes(result.method));
          expect(isNothing(map), `${result.method} of the ${kind} at ${green}`).toBe(isExpected);
          // What is saved stays as it was found: Grad-CAM’s map is there, at 1e-17.
          if (result.method === 'grad-cam') expect(maxAbs(raw.values)).toBeGreaterThan(0);
        }
      }
    }
    engine.dispose();
  });
});
