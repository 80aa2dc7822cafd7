/** A report to keep: one HTML file with everything in it, that opens anywhere and prints well. */
import { axesPath, curvePoints, DASHES, marksOf, PLOT, plotY, rangeOf, SHARES } from '../statistics/curve-plot.ts';
import { escaped } from './escaped.ts';
import { legendMarks, type MapLegend } from './legend.ts';
import { drawingSvg } from './svg.ts';

export interface ReportFigure {
  readonly title: string;
  /** What is said under it. */
  readonly caption: string;
  /** The image itself, as a data: URL. */
  readonly image: string;
  /** What the colours mean; null for the image without a map. */
  readonly legend: MapLegend | null;
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export interface ReportTable {
  readonly title: string;
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Curves of scores over the share of pixels. */
export interface ReportPlot {
  readonly title: string;
  /** Of probabilities, in percent, or of numbers in a unit of their own. */
  readonly kind: 'probability' | 'value';
  readonly curves: readonly { readonly title: string; readonly values: readonly number[] }[];
}

export interface Report {
  readonly title: string;
  /** ISO 8601. */
  readonly madeAt: string;
  readonly figures: readonly ReportFigure[];
  readonly tables: readonly ReportTable[];
  readonly plots: readonly ReportPlot[];
  /** Everything needed to do it again: name and value. */
  readonly settings: readonly (readonly [string, string])[];
}

const STYLE = `
:root { color-scheme: light; font: 14px/1.5 system-ui, sans-serif; color: #191918; background: #fff; }
body { max-width: 1100px; margin: 24px auto; padding: 0 24px; }
h1 { font-size: 20px; } h2 { font-size: 16px; margin-top: 28px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)); gap: 20px; }
figure { margin: 0; break-inside: avoid; } figure img { width: 100%; } figcaption { color: #5a5a56; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; break-inside: avoid; }
td, th { padding: 4px 10px; text-align: right; border-bottom: 1px solid #d3d3cf; font-weight: 400; } th { color: #5a5a56; }
td:first-child, th:first-child { text-align: left; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; } dt { color: #5a5a56; } dd { margin: 0; overflow-wrap: anywhere; }
.legend svg { width: 100%; height: auto; margin-top: 4px; } .legend p { margin: 2px 0; }
.plots { display: flex; flex-wrap: wrap; gap: 20px; } .plots svg { width: 420px; max-width: 100%; }
path, polyline { fill: none; stroke: #191918; stroke-width: 1.5; } .plots text { font-size: 11px; fill: #5a5a56; }
.values { overflow-x: auto; font-size: 11px; } .values td { padding: 2px 6px; }
@media print { body { margin: 0; max-width: none; } details::details-content { content-visibility: visible; block-size: auto; } }`;

function valuesTable({ rows, columns, values }: ReportFigure): string {
  const cell = (value: number) => `<td>${Number(value.toPrecision(5))}</td>`;
  const line = (row: number) => `<tr>${Array.from(values.subarray(row * columns, (row + 1) * columns), cell).join('')}</tr>`;
  return `<div class="values"><table>${Array.from({ length: rows }, (_, row) => line(row)).join('\n')}</table></div>`;
}

/** More cells than that no reader looks at one by one: they are in the heatmap's own file. */
const MAX_LISTED = 400;

/** As wide as the figure, whatever that is. */
const LEGEND = { left: 0, top: 0, width: 400, size: 14 };

function legendHtml(title: string, { words, ...scale }: MapLegend): string {
  const { marks, bottom } = legendMarks({ ...scale, words: [] }, LEGEND, () => 0);
  const svg = drawingSvg({ width: LEGEND.width, height: bottom, ground: null, marks }, `Colour scale of ${title}`);
  return `<div class="legend">${scale.stops.length > 0 ? svg : ''}${words.map((text) => `<p>${escaped(text)}</p>`).join('')}</div>`;
}

function figureHtml(figure: ReportFigure): string {
  const { title, caption, image, legend, values } = figure;
  const numbers =
    values.length > 0 && values.length <= MAX_LISTED
      ? `<details><summary>Values of the cells</summary>${valuesTable(figure)}</details>`
      : '';
  return `<figure><h2>${escaped(title)}</h2><img alt="${escaped(`${title}: ${caption}`)}" src="${image}">${legend ? legendHtml(title, legend) : ''}<figcaption>${escaped(caption)}</figcaption>${numbers}</figure>`;
}

function tableHtml({ title, note, head, rows }: ReportTable): string {
  const line = (cells: readonly string[], tag: string) => `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  const body = rows.map((row) => line(row, 'td')).join('\n');
  return `<section><h2>${escaped(title)}</h2><p>${escaped(note)}</p><table>${line(head, 'th')}\n${body}</table></section>`;
}

function plotHtml({ title, kind, curves }: ReportPlot): string {
  const isNumber = kind === 'value';
  const range = isNumber ? rangeOf(curves.map(({ values }) => values)) : SHARES;
  const mark = (value: number) => (isNumber ? `${Number(value.toPrecision(3))}` : `${value * 100}`);
  const { width, height, left, right } = PLOT;
  const label = (x: number, y: number, anchor: string, text: string) => `<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
  const marks = marksOf(range).map((value) => label(left - 5, plotY(value, range) + 4, 'end', mark(value)));
  const ends = [label(left, height - 6, 'start', 'none'), label(width - right, height - 6, 'end', 'all pixels')];
  const lines = curves.map(
    ({ values }, i) => `<polyline stroke-dasharray="${DASHES[i % DASHES.length]}" points="${curvePoints(values, range)}"/>`,
  );
  const parts = [`<path d="${axesPath()}"/>`, ...marks, ...ends, ...lines].join('');
  const dash = (i: number) =>
    `<svg viewBox="0 0 28 8" style="width:28px" aria-hidden="true"><path stroke-dasharray="${DASHES[i % DASHES.length]}" d="M0 4H28"/></svg>`;
  const key = curves.map((curve, i) => `${dash(i)} ${escaped(curve.title)}`).join('<br>');
  const said = `${title}: ${isNumber ? 'the value' : 'the probability, in percent'}, over the share of pixels`;
  return `<figure><h2>${escaped(title)}</h2><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(said)}">${parts}</svg><figcaption>${key}</figcaption></figure>`;
}

/** The whole file. It holds no script, and asks nobody for anything. */
export function reportHtml({ title, madeAt, figures, tables, plots, settings }: Report): string {
  const list = settings.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>Made with FastAblationCAM on ${escaped(madeAt)}.</p>
<div class="figures">
${figures.map(figureHtml).join('\n')}
</div>
${tables.map(tableHtml).join('\n')}
<div class="plots">
${plots.map(plotHtml).join('\n')}
</div>
<section><h2>Settings</h2><dl>${list}</dl></section>
</body>
</html>
`;
}
