import { describe, expect, it } from 'vitest';
import { METHODS, MOST_SHOWN } from '../../explain/methods/list.ts';
import { asMethods, asScore, classNamed, DEFAULT_DISPLAY } from '../../sets/setting-values.ts';
import { asBackend, asPreferences } from './view-settings.ts';

describe('settings from outside', () => {
  it.each([
    null,
    undefined,
    3,
    'dark',
    [],
    { display: 'all' },
    { theme: 'neon', display: { colormap: 'jet', sign: 0, opacity: Number.NaN, content: null } },
    { display: { opacity: 7 } },
  ])('are the defaults where nothing makes sense: %j', (stored) => {
    expect(asPreferences(stored)).toEqual({
      theme: 'system',
      order: 'largest-first',
      memoryMb: null,
      engines: null,
      isIntroShown: true,
      keepsImages: true,
      drawer: { tab: 'cells', isOpen: false },
      display: DEFAULT_DISPLAY,
    });
  });

  it('keep what makes sense beside what does not', () => {
    expect(asPreferences({ theme: 'dark', memoryMb: 3, order: 'coarse-first', display: { colormap: 'inferno', opacity: -1 } })).toEqual({
      theme: 'dark',
      order: 'coarse-first',
      memoryMb: null,
      engines: null,
      isIntroShown: true,
      keepsImages: true,
      drawer: { tab: 'cells', isOpen: false },
      display: { ...DEFAULT_DISPLAY, colormap: 'inferno' },
    });
  });

  it('know methods by their names, in the order of the figures, and nothing that is none', () => {
    expect(asMethods('ablation-cam,grad-cam', MOST_SHOWN)).toEqual(['grad-cam', 'ablation-cam']);
    const many = METHODS.map(({ id }) => id);
    expect(asMethods(many.slice(0, MOST_SHOWN).join(), MOST_SHOWN)).toEqual(many.slice(0, MOST_SHOWN));
    expect(asMethods(many.slice(0, MOST_SHOWN + 1).join(), MOST_SHOWN)).toBeNull();
    for (const text of ['', 'grad-cam,', 'grad-cam,grad-cam', 'magic']) expect(asMethods(text, MOST_SHOWN), text).toBeNull();
  });

  it('are taken only by their exact names', () => {
    expect([asScore('logit'), asScore('Logit'), asBackend('wasm'), asBackend('webgl')]).toEqual(['logit', null, 'wasm', null]);
  });
});

describe('a class in a URL', () => {
  const names = ['ash', '1', 'Cedar'];

  it('is a name in any case, or else a number', () => {
    expect(['cedar', 'ASH', '2', '0'].map((text) => classNamed(names, text))).toEqual([2, 0, 2, 0]);
  });

  it('that is both a name and a number is the name', () => {
    expect(classNamed(['1', 'ash'], '1')).toBe(0);
  });

  it('that is neither is nothing', () => {
    expect(['oak', '3', '-1', '1.5', ''].map((text) => classNamed(names, text))).toEqual([null, null, null, null, null]);
  });
});

describe('settings of former versions', () => {
  it('that had one colour scale for all figures share their contrast', () => {
    const display = { colormap: 'viridis', sign: 'positive', opacity: 0.4, content: 'overlay' };
    expect(asPreferences({ display: { ...display, scale: 'shared' } }).display).toEqual({
      ...display,
      contrast: 'shared',
      cells: 'smooth',
    });
    expect(asPreferences({ display: { ...display, scale: 'own' } }).display.contrast).toBe('zero-to-max');
    expect(asPreferences({ display: { ...display, scale: 'shared', contrast: 'min-to-max' } }).display.contrast).toBe('min-to-max');
  });
});
