/** What a report says, from what is on screen. */

import { normalisationId, type Preprocessing } from '../../core/images/preprocessing.ts';
import { cellName } from '../../core/maps/cells.ts';
import type { Contrast } from '../../core/maps/display.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';
import { formatMetric, formatPlaces } from '../../core/reports/format.ts';
import type { Report, ReportFigure, ReportPlot, ReportTable } from '../../core/reports/report.ts';
import { replacementInWords } from '../../explain/methods/ablation-sweep.ts';
import { classLogits, probabilities, topClasses } from '../../explain/target.ts';
import { metricsFor, NUMBER_NOTE } from '../../metrics/scores.ts';
import type { ModelIdentity } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import { classNameOf, scoreNameOf } from '../explanation/selectors.ts';
import { measuredRows } from '../faithfulness/faithfulness-selectors.ts';
import { measureInWords, rowsSensitivityWords } from '../faithfulness/measure-words.ts';
import { imageRemovalWords, removalWarning } from '../faithfulness/removal-words.ts';
import { ablationInView, layerInView, logitsInView, readingOf, scoreInView, selectedImage } from '../view/in-view.ts';
import { agreementTable, depthTable, sanityTable, stabilityTable } from './report-tables.ts';

const BEST = 5;

const CONTRASTS: Readonly<Record<Contrast, string>> = {
  'zero-to-max': 'from zero to each map’s own largest magnitude',
  'min-to-max': 'from each map’s own least to its largest value',
  shared: 'one scale for all maps',
};

const READINGS: Readonly<Record<OutputReading, string>> = {
  softmax: 'classes that exclude each other (softmax)',
  independent: 'classes that are independent of each other (sigmoid)',
  binary: 'one unit, two classes (sigmoid)',
  number: 'numbers',
};

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** What stands under the heading of each table of outputs. */
const NOTES: Readonly<Record<OutputReading, string>> = {
  softmax: 'The best classes of the image.',
  binary: 'The two classes.',
  independent: 'The largest classes of the image; they do not rule each other out, and do not add up to 100 %.',
  number: 'The largest numbers that the network gives for the image.',
};

/** The largest outputs, each with its share and its logit, or with its value alone. */
function outputsTable(state: AppState, logits: Float32Array, title: string, note: string): ReportTable {
  const reading = readingOf(state.model);
  const shares = probabilities(logits, reading);
  const values = classLogits(logits, reading);
  const rows = topClasses(logits, reading, BEST).map((index) => [
    classNameOf(state, index),
    ...(shares ? [percent(shares[index] ?? 0)] : []),
    formatMetric(values[index] ?? Number.NaN),
  ]);
  return { title, note, head: shares ? ['Class', 'Probability', 'Logit'] : ['Output', 'Value'], rows };
}

function predictionsTable(state: AppState): ReportTable[] {
  const logits = logitsInView(state);
  return logits ? [outputsTable(state, logits, 'Predictions', NOTES[readingOf(state.model)])] : [];
}

function toFourPlaces(value: number): string {
  return formatPlaces(value, 4);
}

function measuresTable(state: AppState): ReportTable[] {
  const rows = measuredRows(state);
  if (rows.length === 0) return [];
  const { box, measuredWith: settings, className, reading, removal } = state.faithfulness;
  const hasBox = box !== null && box.imageId === state.images.selectedId;
  const metrics = metricsFor(hasBox, reading);
  const isNumber = reading === 'number';
  const what = `By the ${isNumber ? 'value' : 'probability'} of ${className}; ${settings.steps} steps.`;
  const removed = removal ? ` ${[imageRemovalWords(removal), removalWarning(removal)].filter(Boolean).join(' ')}` : '';
  const sensitivity = rowsSensitivityWords(rows, settings);
  const note = `${what}${removed}${sensitivity && ` ${sensitivity}`} Arrows point to what is better.${isNumber ? ` ${NUMBER_NOTE}` : ''}`;
  return [
    {
      title: 'Faithfulness',
      note,
      head: ['Map', ...metrics.map(({ title, isMoreBetter }) => `${title} ${isMoreBetter ? '↑' : '↓'}`)],
      rows: rows.map((row) => [row.title, ...metrics.map((metric) => measureInWords(metric, row, toFourPlaces))]),
    },
  ];
}

function measuresPlots(state: AppState): ReportPlot[] {
  const rows = measuredRows(state).flatMap(({ title, measures }) => (measures ? [{ title, measures }] : []));
  if (rows.length === 0) return [];
  const curves = (of: 'deletion' | 'insertion') => rows.map(({ title, measures }) => ({ title, values: measures[of] }));
  const kind = state.faithfulness.reading === 'number' ? 'value' : 'probability';
  return [
    { title: 'Deletion', kind, curves: curves('deletion') },
    { title: 'Insertion', kind, curves: curves('insertion') },
  ];
}

/** What was taken away, and what the network says without it. */
function cellsTable(state: AppState): ReportTable[] {
  const { removed, logits } = state.cells;
  if (!logits || removed.length === 0) return [];
  const layer = layerInView(state);
  const cells = layer ? removed.map((cell) => cellName(layer, cell)).join('; ') : '';
  return [outputsTable(state, logits, 'Without some cells', `Taken away together: ${cells}.`)];
}

function preprocessingInWords(preprocessing: Preprocessing): string {
  const { channels, scale, mean, std, fit, resampling = 'bilinear' } = preprocessing;
  const values = normalisationId(preprocessing) ?? JSON.stringify({ scale, mean, std });
  return `${channels}, ${values}, ${fit}, ${resampling}`;
}

/**
 * @param figures as they are drawn
 * @param surroundings what the page itself cannot tell
 */
export function reportContent(
  state: AppState,
  figures: readonly ReportFigure[],
  surroundings: { readonly model: ModelIdentity; readonly version: string; readonly url: string; readonly madeAt: Date },
): Report {
  const { view, device, model } = state;
  const { card } = model;
  const hubName = model.catalogue.find(({ id }) => id === card?.id)?.hubName;
  const image = selectedImage(state);
  const score = scoreInView(state);
  const { window, stride, value, channelValue = 0 } = ablationInView(state);
  const tables = [
    ...predictionsTable(state),
    ...measuresTable(state),
    ...agreementTable(state),
    ...depthTable(state),
    ...sanityTable(state),
    ...stabilityTable(state),
    ...cellsTable(state),
  ];
  return {
    title: `${image?.name ?? 'No image'}: ${score ? scoreNameOf(state, score) : 'not explained'}`,
    madeAt: `${surroundings.madeAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    figures,
    tables,
    plots: measuresPlots(state),
    settings: [
      ['Image', image ? `${image.name}, ${image.width} × ${image.height} px` : ''],
      ['Model', card ? `${card.title}, ${card.input.width} × ${card.input.height} px` : ''],
      ...(hubName ? [['From the hub', hubName] as const] : []),
      ['Weights (SHA-256)', surroundings.model.sha256],
      ['Preprocessing', card ? preprocessingInWords(card.preprocessing) : ''],
      ['Layer', view.layer ?? ''],
      ['Class', score ? scoreNameOf(state, score) : ''],
      ['Outputs', card ? READINGS[card.reading] : ''],
      ['Score', score?.kind ?? ''],
      [
        'Ablation',
        `window ${window}, stride ${stride}, activations ${replacementInWords(value)}, channels ${replacementInWords(channelValue)}`,
      ],
      ['Colours', `${view.display.colormap}, ${view.display.sign}, ${CONTRASTS[view.display.contrast]}, cells ${view.display.cells}`],
      ['Device', device.info ? `${device.info.backend}, ${device.info.adapter}` : ''],
      ['Versions', `FastAblationCAM ${surroundings.version}, tf.js ${surroundings.model.tensorflow}`],
      ['Link', surroundings.url],
    ],
  };
}
