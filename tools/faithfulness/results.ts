/** What was measured of many images, and the tables of it. */
import { existsSync, readFileSync } from 'node:fs';
import { formatInterval, formatMetric } from '../../src/core/reports/format.ts';
import { type Summary, summarise, summariseProportion } from '../../src/core/statistics/summary.ts';
import { isYesOrNo, METRICS } from '../../src/metrics/scores.ts';
import type { MeasuredImage } from './measure-image.ts';

const PROSE_COLUMNS = 120;

/** The lines of a file of results, those of one image as one; empty for a file that is not there yet. */
export function readResults(path: string): Map<string, MeasuredImage> {
  const images = new Map<string, MeasuredImage>();
  if (!existsSync(path)) return images;
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) addTo(images, JSON.parse(line));
  return images;
}

/** Six digits are more than any of it is worth. */
export function resultLine(image: MeasuredImage): string {
  return `${JSON.stringify(image, (_, value) => (typeof value === 'number' ? Number(value.toPrecision(6)) : value))}\n`;
}

export function addTo(images: Map<string, MeasuredImage>, image: MeasuredImage): void {
  const known = images.get(image.path);
  images.set(image.path, known ? { ...known, scores: { ...known.scores, ...image.scores } } : image);
}

function cell(summary: Summary): string {
  return summary.mean === null ? '–' : `${formatMetric(summary.mean)} ${formatInterval(summary)}`;
}

function rows(heads: readonly string[], lines: readonly (readonly string[])[]): string {
  const [first = '', ...others] = heads;
  return [
    `| ${[first, ...others].join(' | ')} |`,
    `| --- |${' ---: |'.repeat(others.length)}`,
    ...lines.map((line) => `| ${line.join(' | ')} |`),
  ].join('\n');
}

/** A sentence or more, as prose is wrapped in documents. */
export function wrapped(words: string): string {
  return words.split(' ').reduce((text, word) => {
    const line = text.slice(text.lastIndexOf('\n') + 1);
    return `${text}${line.length + 1 + word.length > PROSE_COLUMNS ? '\n' : ' '}${word}`;
  });
}

/**
 * The document with the text in place of what stands between the comments of this name.
 *
 * @throws Error where they are missing
 */
export function withTables(document: string, name: string, text: string): string {
  const [begin, end] = [`<!-- faithfulness of ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`there is no place for the tables: the document lacks ${begin} and ${end}`);
  return `${document.slice(0, from + begin.length)}\n\n${text}\n\n${document.slice(to)}`;
}

/** Those that a map and changed images tell: not those that ask for further maps. */
const OF_MAPS = METRICS.filter(({ needsBox, needsExplanations }) => !needsBox && !needsExplanations);

/** The means of every map that was measured, over the images that it was measured on. */
export function meansTable(images: readonly MeasuredImage[], titles: readonly string[]): string {
  const heads = OF_MAPS.map(({ title, isMoreBetter }) => `${title} ${isMoreBetter ? '↑' : '↓'}`);
  const lines = titles.map((title) => {
    const measured = images.flatMap(({ scores }) => scores[title] ?? []);
    const cells = OF_MAPS.map(({ id }) => {
      const values = measured.map((scores) => scores[id]);
      return cell(isYesOrNo(id) ? summariseProportion(values) : summarise(values));
    });
    return [title, `${measured.length}`, ...cells];
  });
  return rows(['Map', 'Images', ...heads], lines);
}

/** Images differ more than maps do: what one map has over another is measured image by image, by what tells a good map from a random one. */
export function differencesTable(images: readonly MeasuredImage[], titles: readonly string[], other: string): string {
  const compared = OF_MAPS.filter(({ id, isAgainstRandom }) => isAgainstRandom && !isYesOrNo(id));
  const lines = titles
    .filter((title) => title !== other)
    .map((title) => {
      const pairs = images.flatMap(({ scores }) => {
        const [own, others] = [scores[title], scores[other]];
        return own && others ? [{ own, others }] : [];
      });
      const cells = compared.map(({ id }) => {
        const changes = pairs.map(({ own, others }) => (own[id] === null || others[id] === null ? null : own[id] - others[id]));
        return cell(summarise(changes));
      });
      return [title, `${pairs.length}`, ...cells];
    });
  return rows([`Less ${other}`, 'Images', ...compared.map(({ title }) => title)], lines);
}
