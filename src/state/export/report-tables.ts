/** What a report says of what stands in the drawer, about maps beside each other. */
import { correlationInWords } from '../../core/reports/format.ts';
import type { ReportTable } from '../../core/reports/report.ts';
import { methodOf } from '../../explain/methods/list.ts';
import type { Flips } from '../../explain/stability/run-changes.ts';
import { agreementOf as agreementOfRuns } from '../../explain/stability/steady-map.ts';
import { isDepthInView, pairsOverDepth } from '../across-layers/depth-selectors.ts';
import type { AppState } from '../app-state.ts';
import { agreementOf, agreementWords } from '../compare/agreement.ts';
import { depthVerdict } from '../drawer/verdicts.ts';
import { plannedRuns, stabilityInView, stabilityVerdict } from '../stability/stability-selectors.ts';

const FLIPS: Readonly<Record<Flips, string>> = { none: '', horizontal: 'flipped left to right', both: 'flipped both ways' };

export function agreementTable(state: AppState): ReportTable[] {
  const { maps, correlations } = agreementOf(state);
  if (maps.length < 2) return [];
  const titles = maps.map(({ title }) => title);
  return [
    {
      title: 'Do the methods agree?',
      note: [agreementWords(titles, correlations), 'Spearman’s rank correlation of the maps, each pair on the finer of its grids.']
        .filter(Boolean)
        .join(' '),
      head: ['Method', ...titles],
      rows: titles.map((title, row) => [
        title,
        ...titles.map((_, column) => (row === column ? '–' : correlationInWords(correlations[row]?.[column] ?? null))),
      ]),
    },
  ];
}

/** Every two methods in a row, every layer of the strip in a column. */
export function depthTable(state: AppState): ReportTable[] {
  const pairs = isDepthInView(state) ? pairsOverDepth(state) : [];
  if (pairs.length === 0) return [];
  return [
    {
      title: 'Do the methods agree, layer by layer?',
      note: [depthVerdict(state), 'Spearman’s rank correlation of the maps at the end of every block.'].filter(Boolean).join(' '),
      head: ['Methods', ...state.depth.columns.map(({ title }) => title)],
      rows: pairs.map(({ title, words }) => [title, ...words]),
    },
  ];
}

export function sanityTable({ sanity }: AppState): ReportTable[] {
  if (sanity.stages.length === 0) return [];
  return [
    {
      title: 'Sanity check',
      note: 'Rank correlation with the maps of the trained network, whose weights are shuffled from the top.',
      head: ['Shuffled down to', ...sanity.methods.map((id) => methodOf(id).title)],
      rows: sanity.stages.map(({ title, correlations }) => [
        title,
        ...sanity.methods.map((id) => correlationInWords(correlations[id] ?? null)),
      ]),
    },
  ];
}

export function stabilityTable(state: AppState): ReportTable[] {
  const { maps = {} } = stabilityInView(state) ?? {};
  const rows = plannedRuns(state).flatMap(({ id }) => {
    const steady = maps[id];
    return steady ? [[methodOf(id).title, String(steady.runs), correlationInWords(agreementOfRuns(steady))]] : [];
  });
  if (rows.length === 0) return [];
  const { flips, isShifted, noisePercent, seed } = state.stability.settings;
  const changes = [
    FLIPS[flips],
    isShifted && 'moved by up to a sixteenth of a side',
    noisePercent > 0 && `noise of ${noisePercent} % for maps by gradient`,
  ];
  const how = `The image as it is, and ${changes.filter(Boolean).join(', ')}; seed ${seed}.`;
  return [
    {
      title: 'Stability',
      note: [stabilityVerdict(state), how].filter(Boolean).join(' '),
      head: ['Map', 'Runs', 'Mean rank correlation with the map of the image as it is'],
      rows,
    },
  ];
}
