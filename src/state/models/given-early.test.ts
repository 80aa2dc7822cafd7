/** What a person gives is never lost, whatever the page is at: every moment is held by a promise that the test keeps back. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { FakeEngine } from '../testing/fake-engine.ts';
import { imageFile, SAMPLE } from '../testing/fake-images.ts';
import { settled } from '../testing/fake-jobs.ts';
import { fakeModel } from '../testing/fake-model.ts';
import { FOLDER, finishLoads, lastOf, NAMES, OWN } from '../testing/given-files.ts';
import { createTestStore, NO_URL_VALUES, type TestStore } from '../testing/test-store.ts';

/** A promise that the test keeps back. */
class Gate {
  open: () => void = () => {};
  readonly opened = new Promise<void>((resolve) => {
    this.open = resolve;
  });
  async before<Value>(value: Value): Promise<Value> {
    await this.opened;
    return value;
  }
}

const CATALOGUE = [
  { id: 'built-in', title: 'Built-in', description: '', hasSamples: true },
  { id: 'other', title: 'Other', description: '', hasSamples: false },
];

/** An engine that starts when the test lets it. */
class SlowEngine extends FakeEngine {
  readonly #gate: Gate;

  constructor(gate: Gate) {
    super();
    this.#gate = gate;
  }

  override async start(preference: Parameters<FakeEngine['start']>[0]) {
    await this.#gate.opened;
    return super.start(preference);
  }
}

/** A page that stands still at one moment of its start, until the gate is opened. */
const MOMENTS: Readonly<Record<string, (gate: Gate, url?: typeof NO_URL_VALUES) => TestStore>> = {
  'before the list of models': (gate, url = NO_URL_VALUES) =>
    createTestStore({ readUrl: () => url, fetchCatalogue: () => gate.before(CATALOGUE) }),
  'before the built-in model’s card': (gate, url = NO_URL_VALUES) =>
    createTestStore({
      readUrl: () => url,
      fetchModelCard: (id) => gate.before({ ...fakeModel(id), description: '', toCheck: '' }),
    }),
  'before the samples': (gate, url = NO_URL_VALUES) => createTestStore({ readUrl: () => url, fetchSamples: () => gate.before([SAMPLE]) }),
  'before the first sample’s image': (gate, url = NO_URL_VALUES) =>
    createTestStore({
      readUrl: () => url,
      fetchSamples: async () => [{ ...SAMPLE, fetchImage: () => gate.before(imageFile('sample.png')) }],
    }),
  'before the engine': (gate, url = NO_URL_VALUES) => {
    const test = createTestStore({
      readUrl: () => url,
      createEngine() {
        const engine = new SlowEngine(gate);
        test.engines.push(engine);
        return engine;
      },
    });
    return test;
  },
};

describe.each(Object.entries(MOMENTS))('what is given %s', (_, pageAt) => {
  it('as a model and an image ends with both on screen, and the built-in model is not loaded', async () => {
    const gate = new Gate();
    const test = pageAt(gate);
    const started = test.state().start();
    await settled();
    void test.state().giveFiles(OWN);
    void test.state().giveFiles([imageFile('mine.png')]);
    await settled();
    const early = await finishLoads(test);
    gate.open();
    await settled();
    const loaded = [...early, ...(await finishLoads(test))];
    await started;
    expect(loaded).toEqual(['own-flowers']);
    const { model, images, view } = test.state();
    expect(model).toMatchObject({ status: 'ready', card: { id: 'own-flowers' }, info: { id: 'own-flowers' } });
    expect(model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other', 'own-flowers']);
    expect(images.items.find(({ id }) => id === images.selectedId)?.name).toBe('mine.png');
    expect(view.layer).toBe('last');
    expect(test.lastExplain().request.layer).toBe('last');
    expect(test.noticeTexts()).toEqual([]);
  });

  it('wins over the model that the URL asks for, whose class is not the new one’s', async () => {
    const gate = new Gate();
    const test = pageAt(gate, { ...NO_URL_VALUES, model: 'other', class: 'cedar', versus: 'ash' });
    const started = test.state().start();
    await settled();
    void test.state().giveFiles(OWN);
    await settled();
    const early = await finishLoads(test);
    gate.open();
    await settled();
    const loaded = [...early, ...(await finishLoads(test))];
    await started;
    expect(loaded).toEqual(['own-flowers']);
    expect(test.state().model.card?.id).toBe('own-flowers');
    expect(test.state().view).toMatchObject({ classIndex: null, versus: null });
  });

  it('as names and a folder waits for the model, and is then used', async () => {
    const gate = new Gate();
    const test = pageAt(gate);
    const started = test.state().start();
    await settled();
    void test.state().openSet(FOLDER);
    void test.state().openClassNames(NAMES);
    await settled();
    expect(test.state().set.waiting).toBe('trees');
    gate.open();
    await settled();
    await finishLoads(test);
    await started;
    await settled();
    expect(test.state().model.card).toMatchObject({ id: 'built-in', classNames: ['oak', 'elm', 'yew'] });
    expect(test.state().set).toMatchObject({
      status: 'running',
      waiting: null,
      kept: { name: 'trees', modelId: 'built-in', layer: 'last' },
    });
    expect(test.noticeTexts()).toEqual([]);
  });

  it('as a URL is loaded from there', async () => {
    const gate = new Gate();
    const test = pageAt(gate);
    const started = test.state().start();
    await settled();
    void test.state().openModelUrl('https://example.org/flowers/model.json');
    await settled();
    gate.open();
    await settled();
    await lastOf(test.engine().downloads).finish(OWN);
    await settled();
    const loaded = await finishLoads(test);
    await started;
    expect(loaded).toEqual(['own-flowers']);
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'own-flowers' } });
  });

  it('and is no model leaves the built-in one to come, with one sentence', async () => {
    const gate = new Gate();
    const test = pageAt(gate);
    const started = test.state().start();
    await settled();
    void test.state().giveFiles(OWN);
    await settled();
    gate.open();
    await settled();
    await test.lastLoad().fail(new AppError('model-file-broken', 'The file flowers.keras is broken.'));
    await settled();
    await finishLoads(test);
    await started;
    expect(test.state().model).toMatchObject({ status: 'ready', card: { id: 'built-in' }, info: { id: 'built-in' } });
    expect(test.state().model.catalogue.map(({ id }) => id)).toEqual(['built-in', 'other']);
    // The built-in model's own coming takes nothing back that was said.
    expect(test.noticeTexts()).toEqual(['The file flowers.keras is broken.']);
  });
});
