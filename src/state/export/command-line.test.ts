import { describe, expect, it, vi } from 'vitest';
import { askedOf } from '../../sets/command-line/flags.ts';
import { settingsFor } from '../../sets/command-line/settings-for.ts';
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
    setAblation({ value: -1.5, occlusion: { patch: 9, stride: 4, value: 'blur' }, rise: { count: 30, seed: 5 } });
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
