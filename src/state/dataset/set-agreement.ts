/** How far methods agree over a set: the mean of what is said of each image. */
import { type Correlations, correlationsOf } from '../../core/maps/agreement.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { type Summary, summarise } from '../../core/statistics/summary.ts';
import { agreementBetween } from '../../explain/methods/chosen-sign.ts';
import { METHODS } from '../../explain/methods/list.ts';
import type { SetResult } from '../../metrics/set-result.ts';

export interface SetAgreement {
  /** Of the methods whose maps were kept. */
  readonly titles: readonly string[];
  /** Over the images, in the order of the titles; of magnitudes where a sign is chosen, which another image may turn round. */
  readonly summaries: readonly (readonly Summary[])[];
  readonly means: Correlations;
  /** How many images have maps of at least two methods. */
  readonly count: number;
}

type Maps = Readonly<Record<string, SaliencyMap>>;

/** Once for each image: a set grows by one after the other. */
const known = new WeakMap<Maps, Readonly<Record<string, Correlations[number]>>>();

/** Of one image, by the method of the row, with a column for each of `METHODS`. */
function rowsOf(maps: Maps): Readonly<Record<string, Correlations[number]>> {
  const found = known.get(maps);
  if (found) return found;
  const ids = Object.keys(maps);
  const correlations = correlationsOf(Object.values(maps));
  const rows = ids.map((id, row) => [id, METHODS.map((method) => correlations[row]?.[ids.indexOf(method.id)] ?? null)] as const);
  const result = Object.fromEntries(rows);
  known.set(maps, result);
  return result;
}

export const setAgreementOf = memoize((results: readonly SetResult[]): SetAgreement => {
  const images = results.flatMap(({ maps }) => (maps && Object.keys(maps).length > 1 ? [maps] : []));
  const shown = METHODS.map(({ id, title }, column) => ({ id, title, column })).filter(({ id }) => images.some((maps) => maps[id]));
  const rows = images.map(rowsOf);
  const told = (value: number | null | undefined, first: string, second: string) =>
    value == null ? null : agreementBetween(first, second, value);
  const summaries = shown.map(({ id }) => shown.map((other) => summarise(rows.map((row) => told(row[id]?.[other.column], id, other.id)))));
  return {
    titles: shown.map(({ title }) => title),
    summaries,
    means: summaries.map((row) => row.map(({ mean }) => mean)),
    count: images.length,
  };
});
