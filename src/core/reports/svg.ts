/** A drawing as SVG: text stays text, and everything is in the one file. */
import type { Frame } from '../images/geometry.ts';
import { type Drawing, FONT, type Mark } from './drawing.ts';
import { escaped } from './escaped.ts';

function number(value: number): string {
  return String(Number(value.toFixed(2)));
}

function place({ left, top, width, height }: Frame): string {
  return `x="${number(left)}" y="${number(top)}" width="${number(width)}" height="${number(height)}"`;
}

/** The same gradient has the same name, so that several drawings can stand in one document. */
function gradientId(stops: readonly string[]): string {
  return `scale-${stops.join('-').replace(/[^0-9a-zA-Z-]+/g, '')}`;
}

function gradient(stops: readonly string[]): string {
  const at = (i: number) => number(i / (stops.length - 1));
  const list = stops.map((colour, i) => `<stop offset="${at(i)}" stop-color="${escaped(colour)}"/>`).join('');
  return `<linearGradient id="${gradientId(stops)}">${list}</linearGradient>`;
}

/** @param source images as data: URLs */
function markSvg(mark: Mark<string>): string {
  if (mark.kind === 'image')
    return `<image ${place(mark.frame)} preserveAspectRatio="none" href="${escaped(mark.source)}"><title>${escaped(mark.title)}</title></image>`;
  if (mark.kind === 'box') return `<rect ${place(mark.frame)} fill="${escaped(mark.colour)}"/>`;
  if (mark.kind === 'gradient') return `<rect ${place(mark.frame)} fill="url(#${gradientId(mark.stops)})"/>`;
  const weight = mark.isBold ? ' font-weight="bold"' : '';
  return `<text x="${number(mark.x)}" y="${number(mark.y)}" font-size="${number(mark.size)}" text-anchor="${mark.anchor}"${weight} fill="${escaped(mark.colour)}">${escaped(mark.text)}</text>`;
}

/** @param title what is drawn, for those who do not see it */
export function drawingSvg({ width, height, ground, marks }: Drawing<string>, title: string): string {
  const scales = new Map(marks.flatMap((mark) => (mark.kind === 'gradient' ? [[gradientId(mark.stops), gradient(mark.stops)]] : [])));
  const size = `width="${number(width)}" height="${number(height)}" viewBox="0 0 ${number(width)} ${number(height)}"`;
  const back = ground === null ? '' : `<rect width="100%" height="100%" fill="${escaped(ground)}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" font-family="${FONT}">
<title>${escaped(title)}</title>
<defs>${[...scales.values()].join('')}</defs>
${[back, ...marks.map(markSvg)].filter(Boolean).join('\n')}
</svg>
`;
}
