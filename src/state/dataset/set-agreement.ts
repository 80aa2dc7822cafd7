/** How far methods agree over a set: the mean of what is said of each image. */
import { type Correlations, correlationsOf, disagreementOf } from '../../core/maps/agreement.ts';
import { meanOfMaps } from '../../core/maps/map-comparison.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { memoize } from '../../core/memoize.ts';
import { type Summary, summarise } from '../../core/statistics/summary.ts';
import { agreementBetween, withSignsAligned } from '../../explain/methods/chosen-sign.ts';
import { METHODS } from '../../explain/methods/list.ts';
import type { SetResult } from '../../metrics/set-result.ts';

export interface SetAgreement {
  /** Of the methods whose maps were kept. */
  readonly titles: readonly string[];
  /** Over the images, in the order of the titles; of magnitudes where a sign is chosen, which another image may turn round. */
  readonly summaries: readonly (readonly Summary[])[];
  readonly means: Correlations;
  /** Where they disagree, in the network's input: the mean over the images; null where no two maps of an image say anything. */
  readonly disagreement: SaliencyMap | null;
  /** Over so many images: of some no two maps say anything. */
  readonly disagreementCount: number;
  /** How many images have maps of at least two methods. */
  readonly count: number;
}

type Maps = Readonly<Record<string, SaliencyMap>>;

/** What is said of one image. */
interface OfImage {
  /** By the method of the row, with a column for each of `METHODS`. */
  readonly rows: Readonly<Record<string, Correlations[number]>>;
  readonly disagreement: SaliencyMap | null;
}

/** Once for each image: a set grows by one after the other. */
const known = new WeakMap<Maps, OfImage>();

function ofImage(maps: Maps): OfImage {
  const found = known.get(maps);
  if (found) return found;
  const ids = Object.keys(maps);
  const correlations = correlationsOf(Object.values(maps));
  const rows = ids.map((id, row) => [id, METHODS.map((method) => correlations[row]?.[ids.indexOf(method.id)] ?? null)] as const);
  const aligned = withSignsAligned(Object.entries(maps).map(([id, map]) => ({ id, map })));
  const result = { rows: Object.fromEntries(rows), disagreement: disagreementOf(aligned) };
  known.set(maps, result);
  return result;
}

export const setAgreementOf = memoize((results: readonly SetResult[]): SetAgreement => {
  const images = results.flatMap(({ maps }) => (maps && Object.keys(maps).length > 1 ? [maps] : []));
  const shown = METHODS.map(({ id, title }, column) => ({ id, title, column })).filter(({ id }) => images.some((maps) => maps[id]));
  const found = images.map(ofImage);
  const disagreements = found.flatMap(({ disagreement }) => disagreement ?? []);
  const told = (value: number | null | undefined, first: string, second: string) =>
    value == null ? null : agreementBetween(first, second, value);
  const summaries = shown.map(({ id }) =>
    shown.map((other) => summarise(found.map(({ rows }) => told(rows[id]?.[other.column], id, other.id)))),
  );
  return {
    titles: shown.map(({ title }) => title),
    summaries,
    means: summaries.map((row) => row.map(({ mean }) => mean)),
    disagreement: meanOfMaps(disagreements),
    disagreementCount: disagreements.length,
    count: images.length,
  };
});
