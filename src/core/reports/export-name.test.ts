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

  it('is no longer than file systems take, cut within the image’s name first, then within the class, by whole characters', () => {
    const bytes = (name: string) => new TextEncoder().encode(name).length;
    const long = exportName(`${'a'.repeat(300)}.jpg`, 'cat', 'relu', 'grad-cam', 'png');
    expect(long).toBe(`${'a'.repeat(218)}_cat_relu_grad-cam.png`);
    expect(bytes(long)).toBe(240);
    const wide = exportName(
      '\u{20BB7}'.repeat(100),
      'é'.repeat(200),
      'l'.repeat(60),
      'fast-ablation-cam_product-of-layers_heatmap',
      'json',
    );
    expect(wide).toMatch(/^\u{20BB7}{10}_é+_l{60}_fast-ablation-cam_product-of-layers_heatmap\.json$/u);
    expect(bytes(wide)).toBeLessThanOrEqual(240);
    expect(bytes(wide)).toBeGreaterThan(236);
  });
});
