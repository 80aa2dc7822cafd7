/** What was measured of a set, as a table and as JSON (docs/interface.md): the same on the page and on the command line. */
import { type SetResult, setCsv, withTitles } from '../metrics/set-result.ts';
import type { KeptSet } from '../protocol/kept-set.ts';
import { mapTitle } from './map-title.ts';

export const TABLE_FORMATS = ['csv', 'json'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

export function setTable(
  { paths: _paths, isPaused: _isPaused, ...settings }: KeptSet,
  results: readonly SetResult[],
  format: TableFormat,
): string {
  const titled = withTitles(results, mapTitle).map(({ maps: _maps, size: _size, ...numbers }) => numbers);
  return format === 'csv' ? setCsv(titled) : `${JSON.stringify({ ...settings, results: titled }, null, 2)}\n`;
}

export function setTableName({ name }: Pick<KeptSet, 'name'>, format: TableFormat): string {
  return `${name}_faithfulness.${format}`;
}
