/** The sanity check on a small network: what changes, what does not, and what is left behind. */
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ABLATION } from '../../explain/ablation-plan.ts';
import type { SanityEvent, SanityRequest } from '../../protocol/measure.ts';
import { availableBackends } from '../node/node-device.ts';
import { engineWith, testManifest, unevenImage } from '../testing/test-engine.ts';
import { denseModel, withTrainedShifts } from '../testing/tiny-models.ts';

const REQUEST: SanityRequest = {
  image: { id: 'p', pixels: unevenImage(4, 6) },
  layer: 'joined',
  score: { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' },
  works: [
    { id: 'grad-cam', work: { method: 'grad-cam', score: { classIndex: 1, kind: 'logit', versus: null, reading: 'softmax' } } },
    { id: 'fast-ablation-cam', work: { method: 'fast-ablation-cam', ablation: DEFAULT_ABLATION, items: null } },
  ],
  budgetBytes: 64e6,
};

describe.each(await availableBackends())('the sanity check on %s', (backend) => {
  it('begins with the trained network, changes the maps with its head, and leaves nothing behind', async () => {
    const engine = await engineWith(backend, withTrainedShifts(await denseModel(6, 4)), testManifest(6, 4));
    const tensors = tf.memory().numTensors;
    const events: SanityEvent[] = [];
    await engine.sanity(REQUEST, (event) => events.push(event));
    expect(tf.memory().numTensors).toBe(tensors);
    const stages = [...new Set(events.map(({ title }) => title))];
    expect(stages[0]).toBe('as trained');
    expect(stages.length).toBeGreaterThan(1);
    expect(events.at(-1)).toMatchObject({ done: events.length, total: events.length });
    for (const { id } of REQUEST.works) {
      const maps = events.filter((event) => event.id === id).map(({ map }) => [...(map?.values ?? [])]);
      expect(maps[0]).toHaveLength(24);
      expect(maps[1]).not.toEqual(maps[0]);
    }
    // The network itself is as it was.
    const again: SanityEvent[] = [];
    await engine.sanity(REQUEST, (event) => again.push(event));
    expect([...(again[0]?.map?.values ?? [])]).toEqual([...(events[0]?.map?.values ?? [])]);
    engine.dispose();
  });

  it('stops when it is cancelled, and leaves nothing behind', async () => {
    const engine = await engineWith(backend, await denseModel(6, 4), testManifest(6, 4));
    const tensors = tf.memory().numTensors;
    const controller = new AbortController();
    await expect(engine.sanity(REQUEST, () => controller.abort(), controller.signal)).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(tensors);
    engine.dispose();
  });
});
