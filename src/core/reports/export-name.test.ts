import { describe, expect, it } from 'vitest';
import { exportName } from './export-name.ts';

describe('exportName', () => {
  it('joins image, class, layer and method, without the image’s extension', () => {
    expect(exportName('cat.jpeg', 'Egyptian cat', 'relu', 'grad-cam', 'png')).toBe('cat_Egyptian-cat_relu_grad-cam.png');
  });

  it('keeps letters of every script, and drops what file systems forbid', () => {
    expect(exportName('größe/é:?.png', 'a<b>|"c', 'outer/inner', 'm', 'json')).toBe('größe-é_a-b-c_outer-inner_m.json');
    expect(exportName('..', '', '*', 'm', 'png')).toBe('unnamed_unnamed_unnamed_m.png');
  });
});
