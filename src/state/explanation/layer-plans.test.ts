/** Costs are told once copies are planned, which keeps nobody waiting. */
import { describe, expect, it } from 'vitest';
import { expectedTime } from '../drawer/expected-times.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { explainedStore, type TestStore } from '../testing/test-store.ts';
import { layerInView } from '../view/in-view.ts';
import { expectedCost } from './expected-cost.ts';

/** Loads another model, whose layers are planned when the test says so: copies that are worked out from what they change take a tenth. */
async function withPlansLater(test: TestStore): Promise<() => Promise<void>> {
  let make = () => {};
  const isAsked = new Promise<void>((resolve) => {
    make = resolve;
  });
  test.engine().plan = async (layers) => {
    await isAsked;
    return layers.map((layer) => ({ ...layer, cellTail: { macs: layer.tail.macs / 10, values: 0 } }));
  };
  void test.state().chooseModel('other');
  await settled();
  await test.lastLoad().finish(fakeModel('other'));
  return async () => {
    make();
    await settled();
  };
}

function costInView(test: TestStore) {
  const layer = layerInView(test.state());
  return layer && expectedCost(test.state(), 'fast-ablation-cam', layer);
}

describe('what layers cost', () => {
  it('is told without how long it takes until their copies are planned, and nothing waits for that', async () => {
    const test = await explainedStore();
    const plan = await withPlansLater(test);
    expect(test.state().model.status).toBe('ready');
    expect(test.lastExplain().isOpen).toBe(true);
    await test.lastExplain().answer();
    expect(costInView(test)).toMatchObject({ count: 2, unit: 'cells', durationMs: null });
    expect(expectedTime(test.state(), 'measure')).toBeNull();
    await plan();
    expect(costInView(test)).toMatchObject({ count: 2, passes: 1.1 });
    expect(costInView(test)?.durationMs).toBeGreaterThan(0);
  });

  it('is, for occlusion, what a patch changes of a pass once that is planned', async () => {
    const test = await explainedStore();
    const cost = () => {
      const layer = layerInView(test.state());
      return layer && expectedCost(test.state(), 'occlusion', layer);
    };
    test.engine().pixelPass = { macs: 1e6, values: 0 };
    const plan = await withPlansLater(test);
    await test.lastExplain().answer();
    expect(cost()).toMatchObject({ count: 64, passes: 65, durationMs: null });
    await plan();
    expect(cost()).toMatchObject({ count: 64, passes: 33 });
  });

  it('is that of the model on screen: plans of a former one are left', async () => {
    const test = await explainedStore();
    const plan = await withPlansLater(test);
    test.engine().plan = async (layers) => layers;
    void test.state().chooseModel('built-in');
    await settled();
    await test.lastLoad().finish(fakeModel('built-in'));
    await plan();
    expect(test.state().plans?.info.id).toBe('built-in');
    expect(costInView(test)?.passes).toBe(2);
  });

  it('is not known where the engine could not plan them, which is no failure', async () => {
    const test = await explainedStore();
    test.engine().plan = () => Promise.reject(new Error('stopped'));
    void test.state().chooseModel('other');
    await settled();
    await test.lastLoad().finish(fakeModel('other'));
    expect(test.state().model.status).toBe('ready');
    expect(costInView(test)?.durationMs).toBeNull();
    expect(test.noticeTexts()).toEqual([]);
  });
});
