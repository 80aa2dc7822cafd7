import { describe, expect, it } from 'vitest';
import { methodOf } from '../../explain/methods/list.ts';
import { expectedCost } from '../explanation/expected-cost.ts';
import type { Machine } from '../models/model-state.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { explainedStore, startedStore } from '../testing/test-store.ts';
import { automaticEngines, canHaveEngines, enginesInUse, mostEngines } from './engine-count.ts';

async function withMachine(machine: Machine, parameterCount = 14e6) {
  const test = await startedStore({ machine });
  const state = { ...test.state(), machine };
  return { ...state, model: { ...state.model, info: fakeModel('built-in', { parameterCount }) } } as typeof state;
}

describe('how many engines share the work', () => {
  it('follows from cores and memory', async () => {
    expect(automaticEngines(await withMachine({ cores: 2, memoryGb: 8 }))).toBe(2);
    expect(automaticEngines(await withMachine({ cores: 32, memoryGb: 8 }))).toBe(8);
    expect(automaticEngines(await withMachine({ cores: 8, memoryGb: 2 }))).toBe(2);
    expect(automaticEngines(await withMachine({ cores: 8, memoryGb: 0.5 }))).toBe(1);
    // Browsers that do not tell may be on anything.
    expect(automaticEngines(await withMachine({ cores: 8, memoryGb: null }))).toBe(4);
    expect(automaticEngines(await withMachine({ cores: 8, memoryGb: 8 }, 140e6))).toBe(1);
    expect(automaticEngines(await withMachine({ cores: 1, memoryGb: 8 }))).toBe(1);
  });

  it('leaves the first engine the cores that its threads run on', async () => {
    const state = await withMachine({ cores: 8, memoryGb: 8 });
    const threaded = {
      ...state,
      device: { ...state.device, info: { backend: 'wasm', adapter: '', isSoftware: false, remark: '', threads: 4 } as const },
    };
    expect([automaticEngines(state), automaticEngines(threaded), mostEngines(threaded)]).toEqual([8, 5, 8]);
  });

  it('is one on a GPU, which works through whatever one gives it', async () => {
    const state = await withMachine({ cores: 8, memoryGb: 8 });
    const onGpu = {
      ...state,
      device: { ...state.device, info: { backend: 'webgpu', adapter: '', isSoftware: false, remark: '' } as const },
    };
    expect([canHaveEngines(onGpu), automaticEngines(onGpu), enginesInUse({ ...onGpu, view: { ...onGpu.view, engines: 4 } })]).toEqual([
      false,
      1,
      1,
    ]);
  });

  it('is what a person says, as far as there are cores, and the engine is told', async () => {
    const test = await explainedStore({ machine: { cores: 4, memoryGb: 8 } });
    expect(mostEngines(test.state())).toBe(4);
    expect(test.engine().engines).toBe(4);
    test.state().setEngines(2);
    expect(test.engine().engines).toBe(2);
    expect(test.preferences.at(-1)).toMatchObject({ engines: 2 });
    test.state().setEngines(9);
    expect(test.engine().engines).toBe(4);
    test.state().undo();
    expect(test.engine().engines).toBe(2);
    test.state().setEngines(null);
    test.state().setMemory(4096);
    expect(test.engine().engines).toBe(1);
  });

  it('is said when one of them stops', async () => {
    const test = await explainedStore({ machine: { cores: 4, memoryGb: 8 } });
    test.engine().say('One of the engines that run the network stopped; the other one goes on alone.');
    expect(test.noticeTexts()).toEqual(['One of the engines that run the network stopped; the other one goes on alone.']);
  });

  it('shortens what is told of long sweeps, and of nothing else', async () => {
    const test = await explainedStore({ machine: { cores: 2, memoryGb: 8 } });
    const { model, device } = test.state();
    const state = { ...test.state(), device: { ...device, passTimesMs: [10] } };
    const alone = { ...state, view: { ...state.view, engines: 1 } };
    const [long, first] = [0, 1].map((place) => model.info?.layers[place]);
    if (!model.info || !long || !first) throw new Error('there is no model');
    const { passes } = methodOf('fast-ablation-cam').cost(long, state.view.ablation, model.info);
    expect(expectedCost(alone, 'fast-ablation-cam', long)?.durationMs).toBeCloseTo(10 * passes, 9);
    expect(expectedCost(state, 'fast-ablation-cam', long)?.durationMs).toBeCloseTo(10 * (1 + (passes - 1) / 1.85), 9);
    expect(expectedCost(state, 'fast-ablation-cam', first)).toEqual(expectedCost(alone, 'fast-ablation-cam', first));
  });
});
