import { describe, expect, it } from 'vitest';
import { type Report, reportHtml } from './report.ts';

const REPORT: Report = {
  title: 'cat & <dog>',
  madeAt: '2026-01-02T03:04:05Z',
  figures: [
    {
      title: 'Grad-CAM',
      caption: 'of "cat"',
      image: 'data:image/png;base64,AAAA',
      legend: {
        stops: ['rgb(0,0,255)', 'rgb(255,0,0)'],
        ticks: [{ at: 0, text: '−2' }],
        words: ['against <cat> ← 0 → for <cat>', 'values from −2 to 0.123'],
      },
      rows: 1,
      columns: 2,
      values: Float32Array.from([0.123456789, -2]),
    },
  ],
  tables: [{ title: 'Measures', note: 'More is better.', head: ['Map', 'ROAD'], rows: [['Grad-CAM', '0.5']] }],
  plots: [{ title: 'Deletion', kind: 'probability', curves: [{ title: 'Grad-<CAM>', values: [1, 0.5, 0] }] }],
  settings: [['Layer', '<script>alert(1)</script>']],
};

describe('a report', () => {
  it('holds its images, numbers and settings', () => {
    const html = reportHtml(REPORT);
    for (const part of [
      'data:image/png;base64,AAAA',
      '<td>0.12346</td><td>-2</td>',
      '<td>Grad-CAM</td><td>0.5</td>',
      '2026-01-02T03:04:05Z',
      'points="48.00,8.00 180.00,73.00 312.00,138.00"',
      'Grad-&lt;CAM&gt;',
    ])
      expect(html).toContain(part);
  });

  it('says what the colours mean, in words and numbers, with a scale that prints', () => {
    const html = reportHtml(REPORT);
    expect(html).toMatch(/<stop offset="0" stop-color="rgb\(0,0,255\)"\/><stop offset="1" stop-color="rgb\(255,0,0\)"\/>/);
    expect(html).toContain('>−2</text>');
    expect(html).toContain('<p>against &lt;cat&gt; ← 0 → for &lt;cat&gt;</p><p>values from −2 to 0.123</p>');
  });

  it('takes every text for text', () => {
    const html = reportHtml(REPORT);
    expect(html).toContain('cat &amp; &lt;dog&gt;');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script');
    expect(html).toContain('alt="Grad-CAM: of &quot;cat&quot;"');
  });

  it('asks nobody for anything', () => {
    expect(reportHtml(REPORT)).toContain("default-src 'none'");
    expect(reportHtml(REPORT)).not.toMatch(/(src|href)="(?!data:)/);
  });

  it('leaves large maps to their own files', () => {
    const [figure] = REPORT.figures;
    if (!figure) throw new Error('no figure');
    const large = { ...figure, rows: 30, columns: 30, values: new Float32Array(900) };
    expect(reportHtml({ ...REPORT, figures: [large] })).not.toContain('Values of the cells');
  });
});

it('a plot of numbers reaches from the least to the greatest of them, without percentages', () => {
  const html = reportHtml({
    ...REPORT,
    plots: [{ title: 'Deletion', kind: 'value', curves: [{ title: 'Grad-CAM', values: [-1, 1, 3] }] }],
  });
  for (const part of ['>-1<', '>1<', '>3<', 'the value, over the share of pixels', 'points="48.00,138.00 180.00,73.00 312.00,8.00"'])
    expect(html).toContain(part);
  expect(html).not.toContain('in percent');
});
