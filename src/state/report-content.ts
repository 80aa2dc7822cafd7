/** What a report says, from what is on screen. */
import { cellName } from '../core/cells.ts';
import { isYesOrNo, METRICS, type MetricId } from '../core/faithfulness/scores.ts';
import { normalisationId, type Preprocessing } from '../core/preprocessing.ts';
import type { Report, ReportFigure, ReportPlot, ReportTable } from '../core/report.ts';
import { type OutputActivation, probabilities, topClasses } from '../core/scores.ts';
import { methodOf } from '../explain/methods/list.ts';
import type { ModelIdentity } from '../protocol/engine.ts';
import type { AppState } from './app-state.ts';
import { measuredRows } from './faithfulness-selectors.ts';
import { classNameOf, layerInView, scoreNameOf, scoreToExplain, selectedPicture } from './selectors.ts';

const BEST = 5;

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function predictionsTable(state: AppState, activation: OutputActivation): ReportTable[] {
  const { logits } = state.explanation;
  if (!logits) return [];
  const shares = probabilities(logits, activation);
  const rows = topClasses(logits, BEST).map((index) => [
    classNameOf(state, index),
    percent(shares[index] ?? 0),
    (logits[index] ?? Number.NaN).toFixed(3),
  ]);
  return [{ title: 'Predictions', note: 'The best classes of the picture.', head: ['Class', 'Probability', 'Logit'], rows }];
}

function measureInWords(id: MetricId, value: number | null): string {
  if (value === null) return 'no ranking';
  if (isYesOrNo(id)) return value > 0 ? 'yes' : 'no';
  return value.toFixed(4);
}

function measuresTable(state: AppState): ReportTable[] {
  const rows = measuredRows(state);
  if (rows.length === 0) return [];
  const { box, measuredWith: settings, className } = state.faithfulness;
  const hasBox = box !== null && box.pictureId === state.pictures.selectedId;
  const metrics = METRICS.filter(({ needsBox }) => hasBox || !needsBox);
  const note = `By the probability of ${className}; ${settings.steps} steps, removed pixels become ${settings.replacement}. Arrows point to what is better.`;
  return [
    {
      title: 'Faithfulness',
      note,
      head: ['Map', ...metrics.map(({ title, isMoreBetter }) => `${title} ${isMoreBetter ? '↑' : '↓'}`)],
      rows: rows.map(({ title, scores }) => [title, ...metrics.map(({ id }) => measureInWords(id, scores[id]))]),
    },
  ];
}

function measuresPlots(state: AppState): ReportPlot[] {
  const rows = measuredRows(state).flatMap(({ title, measures }) => (measures ? [{ title, measures }] : []));
  if (rows.length === 0) return [];
  const curves = (kind: 'deletion' | 'insertion') => rows.map(({ title, measures }) => ({ title, values: measures[kind] }));
  return [
    { title: 'Deletion', curves: curves('deletion') },
    { title: 'Insertion', curves: curves('insertion') },
  ];
}

function sanityTable({ sanity }: AppState): ReportTable[] {
  if (sanity.stages.length === 0) return [];
  return [
    {
      title: 'Sanity check',
      note: 'Rank correlation with the maps of the trained network, whose weights are shuffled from the top.',
      head: ['Shuffled down to', ...sanity.methods.map((id) => methodOf(id).title)],
      rows: sanity.stages.map(({ title, correlations }) => [
        title,
        ...sanity.methods.map((id) => correlations[id]?.toFixed(3) ?? 'no ranking'),
      ]),
    },
  ];
}

/** What was taken away, and what the network says without it. */
function cellsTable(state: AppState, activation: OutputActivation): ReportTable[] {
  const { removed, logits } = state.cells;
  if (!logits || removed.length === 0) return [];
  const shares = probabilities(logits, activation);
  const rows = topClasses(logits, BEST).map((index) => [classNameOf(state, index), percent(shares[index] ?? 0)]);
  const layer = layerInView(state);
  const cells = layer ? removed.map((cell) => cellName(layer, cell)).join('; ') : '';
  return [{ title: 'Without some cells', note: `Taken away together: ${cells}.`, head: ['Class', 'Probability'], rows }];
}

function preprocessingInWords(preprocessing: Preprocessing): string {
  const { channels, scale, mean, deviation, fit, resampling = 'bilinear' } = preprocessing;
  const values = normalisationId(preprocessing) ?? JSON.stringify({ scale, mean, std: deviation });
  return `${channels}, ${values}, ${fit}, ${resampling}`;
}

/**
 * @param figures as they are drawn
 * @param surroundings what the page itself cannot tell
 */
export function reportContent(
  state: AppState,
  figures: readonly ReportFigure[],
  surroundings: { readonly model: ModelIdentity; readonly version: string; readonly address: string; readonly madeAt: Date },
): Report {
  const { view, device, model, explanation } = state;
  const { card } = model;
  const picture = selectedPicture(state);
  const activation = card?.outputActivation ?? 'softmax';
  const score = scoreToExplain(view, explanation.logits);
  const { window, stride, value } = view.ablation;
  const tables = [...predictionsTable(state, activation), ...measuresTable(state), ...sanityTable(state), ...cellsTable(state, activation)];
  return {
    title: `${picture?.name ?? 'No picture'}: ${score ? scoreNameOf(state, score) : 'not explained'}`,
    madeAt: surroundings.madeAt.toISOString(),
    figures,
    tables,
    plots: measuresPlots(state),
    settings: [
      ['Picture', picture ? `${picture.name}, ${picture.width} × ${picture.height} px` : ''],
      ['Model', card ? `${card.title}, ${card.input.width} × ${card.input.height} px` : ''],
      ['Weights (SHA-256)', surroundings.model.sha256],
      ['Preprocessing', card ? preprocessingInWords(card.preprocessing) : ''],
      ['Layer', view.layer ?? ''],
      ['Class', score ? scoreNameOf(state, score) : ''],
      ['Score', view.score],
      [
        'Ablation',
        `window ${window}, stride ${stride}, activations become ${typeof value === 'number' ? `themselves times ${value}` : value}`,
      ],
      ['Colours', `${view.display.colormap}, ${view.display.sign}, ${view.display.scale} scale`],
      ['Device', device.info ? `${device.info.backend}, ${device.info.adapter}` : ''],
      ['Versions', `FastAblationCAM ${surroundings.version}, tf.js ${surroundings.model.tensorflow}`],
      ['Link', surroundings.address],
    ],
  };
}
