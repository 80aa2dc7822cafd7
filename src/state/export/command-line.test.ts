import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { COLORMAPS } from '../../core/maps/colormap.ts';
import { holdsAsync, listOf } from '../../core/testing/property.ts';
import { METHODS } from '../../explain/methods/list.ts';
import { askedOf } from '../../sets/command-line/flags.ts';
import { settingsFor } from '../../sets/command-line/settings-for.ts';
import { CELLS, CONTENTS, CONTRASTS, MAX_MASKS, MAX_SEED, MIN_MASKS, SIGNS } from '../../sets/setting-values.ts';
import { openFiles } from '../testing/load-models.ts';
import { storeWithImage } from '../testing/test-store.ts';
import { ablationInView } from '../view/in-view.ts';
import { commandLinesOf } from './command-line.ts';

/** A shell's words. */
function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:'[^']*'|\\'|[^\s'\\])+/g)].map(([word]) =>
    word.replaceAll("'\\''", '\u0000').replaceAll("'", '').replaceAll('\u0000', "'"),
  );
}

/** Options by their names, as a program's parser gives them. */
function optionsIn(words: readonly string[]): Record<string, string | true> {
  return Object.fromEntries(
    words.flatMap((word, i) => {
      if (!word.startsWith('--')) return [];
      const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
      const next = words[i + 1];
      return [[name, value ?? (next === undefined || next.startsWith('--') ? true : next)] as const];
    }),
  );
}

type Test = Awaited<ReturnType<typeof storeWithImage>>;

function explained(test: Test): { words: string[]; notes: readonly string[] } {
  const lines = commandLinesOf(test.state());
  return { words: wordsOf(lines?.commands[0]?.text ?? ''), notes: lines?.notes ?? [] };
}

/** Whatever may be chosen on the page that decides a number of a map, or how it is drawn. */
const CHOSEN = fc.record({
  names: fc.uniqueArray(fc.oneof(fc.constantFrom('oak', '1', '-x', "it's", 'a b', '$(c)', '=d', 'é\n'), fc.string({ minLength: 1 })), {
    minLength: 3,
    maxLength: 3,
    selector: (name) => name.toLowerCase(),
  }),
  layer: fc.constantFrom('long', 'last', 'first'),
  class: fc.option(fc.nat(2)),
  score: fc.constantFrom('logit', 'probability'),
  versus: fc.option(fc.oneof(fc.nat(2), fc.constant('look-alikes' as const))),
  methods: fc.subarray(
    METHODS.map(({ id }) => id),
    { minLength: 1, maxLength: 6 },
  ),
  window: fc.integer({ min: 1, max: 4 }),
  stride: fc.integer({ min: 1, max: 4 }),
  value: fc.oneof(
    fc.constantFrom('mean', 'blur', 'after-relu'),
    fc.integer({ min: -1000, max: 1000 }).map((n) => n / 10),
    fc.constantFrom(1e-7, -1e-7, 0.1 + 0.2),
  ),
  occlusion: fc.record({
    // The page offers none that does not fit the model's 8 x 8 pixels.
    patch: fc.option(fc.integer({ min: 1, max: 7 })),
    stride: fc.option(fc.integer({ min: 1, max: 7 })),
    value: fc.constantFrom('mean', 'blur'),
  }),
  rise: fc.record({ count: fc.integer({ min: MIN_MASKS, max: MAX_MASKS }), seed: fc.integer({ min: 0, max: MAX_SEED }) }),
  display: fc.record({
    colormap: fc.constantFrom(...COLORMAPS.map(({ id }) => id)),
    sign: fc.constantFrom(...SIGNS),
    opacity: fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100),
    contrast: fc.constantFrom(...CONTRASTS),
    cells: fc.constantFrom(...CELLS),
    content: fc.constantFrom(...CONTENTS),
  }),
  reading: fc.constantFrom('softmax', 'independent', 'number'),
  preprocessing: fc.option(
    fc.record({
      scale: fc.constantFrom(1, 1 / 255, 1 / 127.5),
      mean: listOf(
        3,
        fc.integer({ min: -2000, max: 2000 }).map((tenths) => tenths / 10 + 0),
      ),
      std: listOf(3, fc.double({ min: 0.01, max: 300, noNaN: true })),
      fit: fc.constantFrom('stretched', 'letterbox', 'centre-crop', 'short-side-256'),
      resampling: fc.constantFrom('bilinear', 'bicubic'),
    }),
  ),
} as const);

describe('the command line of what is on screen', () => {
  it('names images, model and layer, and leaves out what is usual', async () => {
    const test = await storeWithImage();
    const { words, notes } = explained(test);
    expect(words).toEqual([
      'npx',
      'fast-ablation-cam',
      'explain',
      'grain.png',
      '--model',
      'public/models/built-in',
      '--out',
      'results',
      '--layer',
      'last',
    ]);
    expect(notes[0]).toContain('without the folders');
  });

  it('asks the program for what the page shows', async () => {
    const test = await storeWithImage();
    const { chooseClass, chooseScore, chooseVersus, setAblation, setDisplay, setPreprocessing, setMethodShown } = test.state();
    chooseClass(0);
    chooseScore('probability');
    chooseVersus('look-alikes');
    setAblation({ value: -1.5, occlusion: { patch: 6, stride: 4, value: 'blur' }, rise: { count: 30, seed: 5 } });
    setDisplay({ sign: 'positive', opacity: 0.25, colormap: 'viridis' });
    setPreprocessing({ fit: 'letterbox', mean: [0.1, 0.2, 0.3] });
    setMethodShown('rise', true);
    const { view, model } = test.state();
    if (!model.info || !model.card) throw new Error('there is no model');
    const { words } = explained(test);
    const asked = askedOf('explain', optionsIn(words));
    expect(settingsFor(asked, model.info)).toMatchObject({
      layer: view.layer,
      methods: view.methods,
      classIndex: 0,
      score: 'probability',
      versus: 'look-alikes',
      ablation: ablationInView(test.state()),
      preprocessing: model.card.preprocessing,
      reading: model.card.reading,
      display: view.display,
    });
    expect(words).toContain('--value=-1.5');
  });

  it('asks the program for what the page shows, whatever that is', async () => {
    const property = fc.asyncProperty(CHOSEN, async (chosen) => {
      const test = await storeWithImage();
      await openFiles(test, [new File(['own'], 'own.keras')], { givenNames: chosen.names, classNames: chosen.names });
      const state = test.state();
      if (chosen.preprocessing) state.setPreprocessing(chosen.preprocessing);
      state.chooseClass(chosen.class);
      state.chooseScore(chosen.score);
      state.chooseVersus(chosen.versus);
      state.setReading(chosen.reading);
      const { window, stride, value, occlusion, rise, display } = chosen;
      state.chooseLayer('long');
      // The page offers no window that does not fit, and takes it back at a smaller layer.
      state.setAblation({ window, stride, value, occlusion, rise });
      state.chooseLayer(chosen.layer);
      state.setDisplay(display);
      for (const method of chosen.methods) state.setMethodShown(method, true);
      for (const { id } of METHODS) if (!chosen.methods.includes(id)) state.setMethodShown(id, false);
      const { view, model } = test.state();
      if (!model.info || !model.card) throw new Error('there is no model');
      const { words } = explained(test);
      const found = settingsFor(askedOf('explain', optionsIn(words)), model.info);
      // Left out, it is bilinear.
      expect({ ...found, preprocessing: { resampling: 'bilinear', ...found.preprocessing } }).toMatchObject({
        layer: view.layer,
        methods: view.methods,
        classIndex: view.classIndex,
        score: model.card.reading === 'number' ? 'value' : view.score,
        // The page contrasts with nothing, where there are no look-alikes, and no class with itself.
        versus: (view.versus === 'look-alikes' && chosen.reading !== 'softmax') || view.versus === view.classIndex ? null : view.versus,
        ablation: ablationInView(test.state()),
        preprocessing: { resampling: 'bilinear', ...model.card.preprocessing },
        reading: model.card.reading,
        display: view.display,
      });
    });
    await holdsAsync(property, 60);
  });

  it('measures the folder that was measured', async () => {
    const test = await storeWithImage();
    void test.state().openSet([{ path: 'my photos/ash/a.png', file: new File(['a'], 'a.png') }]);
    await vi.waitFor(() => expect(test.state().set.kept).not.toBeNull());
    const lines = commandLinesOf(test.state());
    const words = wordsOf(lines?.commands[1]?.text ?? '');
    expect(words.slice(0, 4)).toEqual(['npx', 'fast-ablation-cam', 'measure', 'my photos']);
    const { kept } = test.state().set;
    const { info } = test.state().model;
    if (!info || !kept) throw new Error('nothing is measured');
    expect(settingsFor(askedOf('measure', optionsIn(words)), info)).toMatchObject({
      methods: kept.methods,
      layer: kept.layer,
      measure: kept.settings,
    });
  });

  it('says what only the person knows', async () => {
    const test = await storeWithImage();
    await test.state().openClassNames(new File(['oak\nelm\nfir'], 'trees.txt'));
    test.state().chooseClass(1);
    const { words, notes } = explained(test);
    expect(words).toContain('NAMES.txt');
    expect(words[words.indexOf('--class') + 1]).toBe('1');
    expect(notes.join(' ')).toContain('NAMES.txt stands for');
  });
});
