import { expect, it } from 'vitest';
import { exportName } from '../../core/reports/export-name.ts';
import { imageNames } from './image-names.ts';

it('images of one folder never share the files of their maps', () => {
  const paths = ['a/x-2.png', 'a/x.jpg', 'a/x.png', 'a/X.tif', 'a/x?.png', 'a/x*.png', 'b/x.png'].sort();
  const names = imageNames(paths);
  const files = paths.map((path) => `${path.split('/')[0]}/${exportName(names.get(path) ?? '', 'c', 'l', 'm', 'png')}`.toLowerCase());
  expect(new Set(files).size).toBe(paths.length);
  // Those that share none with another one keep their own.
  expect([names.get('b/x.png'), names.get('a/x-2.png')]).toEqual(['x.png', 'x-2.png']);
  expect(imageNames(paths)).toEqual(names);
});
