/** Layers are planned when that is asked for, once, and beside jobs. */
import { describe, expect, it } from 'vitest';
import { engineWith, explain, testManifest, unevenImage } from '../../testing/test-engine.ts';
import { denseModel } from '../../testing/tiny-models.ts';

const [ROWS, COLUMNS] = [12, 10];

describe('plans of layers', () => {
  it('are made when they are asked for, once for all who ask at a time', async () => {
    const engine = await engineWith('wasm', await denseModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
    const both = await Promise.all([engine.planLayers(), engine.planLayers()]);
    expect(both[0]).toBe(both[1]);
    expect(await engine.planLayers()).toBe(both[0]);
    const info = await engine.loadModel({ kind: 'folder', id: 'again', url: '' }, () => {});
    const { layers: planned, pixelPass } = await engine.planLayers();
    expect(planned.map(({ cellTail }) => cellTail)).toEqual(both[0].layers.map(({ cellTail }) => cellTail));
    expect(info.layers.every(({ cellTail }) => cellTail === undefined)).toBe(true);
    expect(info.pixelPass).toBeUndefined();
    expect(pixelPass?.macs).toBeLessThan(0.5 * info.forward.macs);
    expect(planned.map(({ name, tail }) => [name, tail])).toEqual(info.layers.map(({ name, tail }) => [name, tail]));
    const first = planned.find(({ name }) => name === 'first');
    expect(first?.cellTail?.macs).toBeLessThan(0.5 * (first?.tail.macs ?? 0));
    engine.dispose();
  });

  it('leave off when nobody wants them any more, and go on later', async () => {
    const engine = await engineWith('wasm', await denseModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
    const controller = new AbortController();
    const asked = engine.planLayers(controller.signal);
    controller.abort();
    await expect(asked).rejects.toBe(controller.signal.reason);
    expect((await engine.planLayers()).layers.some(({ cellTail }) => cellTail)).toBe(true);
    engine.dispose();
  });

  it('come while jobs are run', async () => {
    const engine = await engineWith('wasm', await denseModel(ROWS, COLUMNS), testManifest(ROWS, COLUMNS));
    const question = { image: { id: 'i', pixels: unevenImage(COLUMNS, ROWS) }, layer: 'first', classIndex: 0, score: 'logit' } as const;
    const [explained, planned] = await Promise.all([
      explain(engine, { ...question, methods: ['fast-ablation-cam'] }).then(({ results }) => results),
      engine.planLayers(),
    ]);
    expect(explained).toHaveLength(1);
    expect(planned.layers.some(({ cellTail }) => cellTail)).toBe(true);
    engine.dispose();
  });
});
