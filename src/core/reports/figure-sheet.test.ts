import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holds } from '../testing/property.ts';
import { type Drawing, wrapped } from './drawing.ts';
import { scaleBarPixels, sheetDrawing } from './figure-sheet.ts';
import type { MapLegend } from './legend.ts';
import { drawingSvg } from './svg.ts';

/** Every letter is half as wide as it is high. */
const textWidth = (text: string, size: number) => (text.length * size) / 2;

const LEGEND: MapLegend = {
  stops: ['rgb(0,0,255)', 'rgb(255,255,255)', 'rgb(255,0,0)'],
  ticks: [
    { at: 0, text: '−1.5' },
    { at: 0.5, text: '0' },
    { at: 1, text: '1.5' },
  ],
  words: ['against <b>cat</b> & dog ← 0 → for <b>cat</b> & dog', 'drop in logit; values from −0.2 to 1.5'],
};

const STYLE = { panelWidth: 300, imageWidth: 300, textSize: 11, columns: 2, textWidth };

function sheet(count: number, caption = 'What is seen.'): Drawing<string> {
  const image = { title: 'Image', note: 'cat (56 %)', source: 'data:image/png;base64,AAAA', legend: null };
  const map = { title: 'Grad-CAM', note: '"cat" · last', source: 'data:image/png;base64,BBBB', legend: LEGEND };
  return sheetDrawing({ image: { width: 600, height: 400 }, panels: [image, ...Array(count - 1).fill(map)], caption }, STYLE);
}

describe('a sheet of figures', () => {
  it('holds every image undistorted, with legend, scale bar and caption, and nothing beyond its edges', () => {
    for (const count of [2, 3, 5]) {
      const { marks, width, height } = sheet(count);
      const images = marks.filter(({ kind }) => kind === 'image');
      expect(images).toHaveLength(count);
      for (const mark of marks) {
        if (mark.kind === 'text') {
          expect(mark.y).toBeLessThan(height);
          if (mark.anchor === 'start') expect(mark.x + textWidth(mark.text, mark.size)).toBeLessThanOrEqual(width);
        } else {
          expect(mark.frame.left + mark.frame.width).toBeLessThan(width);
          expect(mark.frame.top + mark.frame.height).toBeLessThan(height);
        }
        if (mark.kind === 'image') expect(mark.frame.width / mark.frame.height).toBeCloseTo(1.5, 9);
      }
      const texts = marks.flatMap((mark) => (mark.kind === 'text' ? [mark.text] : []));
      expect(texts).toContain('100 px (17 % of the width)');
      expect(texts).toContain('What is seen.');
      expect(texts.filter((text) => text === '−1.5')).toHaveLength(count - 1);
    }
  });

  it('has a scale bar of a round number of pixels, as long as it says', () => {
    expect([1, 7, 30, 224, 600, 4000].map(scaleBarPixels)).toEqual([1, 1, 5, 50, 100, 1000]);
    const bar = sheet(2).marks.find((mark) => mark.kind === 'box');
    expect(bar?.kind === 'box' && bar.frame.width).toBe(50);
  });
});

describe('lines of text', () => {
  it('hold every word in its order, and none is wider than its place, however long a word is', () => {
    holds(
      fc.property(fc.string(), fc.integer({ min: 20, max: 200 }), (text, width) => {
        const lines = wrapped(text, width, 10, textWidth);
        expect(lines.join('').replace(/\s+/g, '')).toBe(text.replace(/\s+/g, ''));
        for (const line of lines) expect(textWidth(line, 10)).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('SVG', () => {
  it('takes every text for text, and names each scale once', () => {
    const svg = drawingSvg(sheet(3), 'a "title" of <x>');
    expect(svg).not.toContain('<b>');
    expect(svg).toContain('&lt;b&gt;cat&lt;/b&gt; &amp; dog');
    expect(svg).toContain('<title>a &quot;title&quot; of &lt;x&gt;</title>');
    expect(svg.match(/<linearGradient/g)).toHaveLength(1);
    const [, id] = svg.match(/<linearGradient id="([^"]+)"/) ?? [];
    expect(svg.split(`fill="url(#${id})"`)).toHaveLength(3);
  });

  it('holds nothing that no XML may hold', () => {
    const bad = sheet(2, 'a\u0000b\u0008c\uD800d\uFFFFe');
    expect(drawingSvg(bad, '')).toContain('a\uFFFDb\uFFFDc\uFFFDd\uFFFDe');
  });
});
