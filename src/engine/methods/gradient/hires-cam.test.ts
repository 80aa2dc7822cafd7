import { describe, expect, it } from 'vitest';
import { availableBackends } from '../../node/node-device.ts';
import { engineWith, explain, resultOf, testManifest, unevenImage } from '../../testing/test-engine.ts';
import { denseModel, withTrainedShifts } from '../../testing/tiny-models.ts';

const [ROWS, COLUMNS] = [6, 5];

describe.each(await availableBackends())('HiResCAM on %s', (backend) => {
  it.each(['first', 'inner_bn', 'joined'])('is the first-order estimate of ablating each cell, at %s', async (layer) => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(ROWS, COLUMNS)), testManifest(ROWS, COLUMNS));
    const image = { id: 'uneven', pixels: unevenImage(COLUMNS, ROWS) };
    const { results } = await explain(engine, { image, layer, classIndex: 1, score: 'logit', methods: ['hires-cam', 'first-order'] });
    const [own, estimate] = [resultOf(results, 'hires-cam').map, resultOf(results, 'first-order').map];
    expect(own.values.some((value) => value !== 0)).toBe(true);
    expect([...own.values]).toEqual([...estimate.values]);
    engine.dispose();
  });
});
