import { expect, it } from 'vitest';
import { heldOutPaths } from './held-out.ts';

it('every fifth image of a class is held out, counted in natural order, whatever else is there', () => {
  const names = Array.from({ length: 11 }, (_, i) => `data/dog/${i + 1}.webp`).sort();
  const others = ['data/', 'data/dog/', 'data/dog/notes.txt', 'data/Sea Horse/1.png', 'data/yak/5.webp'];
  const horses = ['2', '3', '4', '10'].map((name) => `data/Sea Horse/${name}.png`);
  expect(heldOutPaths([...names, ...others, ...horses], ['dog', 'sea_horse'])).toEqual([
    { path: 'data/Sea Horse/10.png', label: 'sea_horse' },
    { path: 'data/dog/5.webp', label: 'dog' },
    { path: 'data/dog/10.webp', label: 'dog' },
  ]);
});
