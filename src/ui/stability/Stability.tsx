import { useMemo } from 'react';
import type { DisplaySettings } from '../../core/maps/display.ts';
import { reachOf } from '../../core/maps/display-scale.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { formatMetric, formatValue } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { agreementOf, type SteadyMap } from '../../explain/stability/steady-map.ts';
import type { AppState } from '../../state/app-state.ts';
import { figureOf } from '../../state/explanation/figures.ts';
import type { Image } from '../../state/images/image-state.ts';
import {
  meanOf,
  plannedRuns,
  spreadOf,
  stabilityInView,
  stabilityPasses,
  stabilityStatus,
  stabilityVerdict,
} from '../../state/stability/stability-selectors.ts';
import { logitsInView, scoreInView, selectedImage } from '../../state/view/in-view.ts';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { RunState } from '../drawer/RunState.tsx';
import { useApp } from '../store-context.tsx';
import { StabilityFields } from './StabilityFields.tsx';

/** A std has no sign: its colours say how much, from none on. */
function spreadDisplay(display: DisplaySettings): DisplaySettings {
  return { ...display, colormap: 'viridis', sign: 'positive', contrast: 'zero-to-max' };
}

interface PartProps {
  readonly image: Image;
  readonly map: SaliencyMap | null;
  readonly description: string;
  readonly words: string;
  readonly display?: DisplaySettings;
}

function Part({ image, map, description, words, display }: PartProps) {
  return (
    <td>
      <span className="steady-map">
        {map && <MapThumbnail image={image} map={map} description={description} own={display ?? null} />}
        <span>{words}</span>
      </span>
    </td>
  );
}

function largest(map: SaliencyMap, unit: string): string {
  return `up to ${formatValue(reachOf(map, 'signed'))} ${unit}`;
}

function spreadWords(spread: SaliencyMap | null, unit: string): string {
  if (!spread) return 'once every cell has two runs';
  return reachOf(spread, 'positive') === 0 ? 'none: the same in every run' : largest(spread, unit);
}

function Row({ id, steady, image }: { id: MethodId; steady: SteadyMap; image: Image }) {
  const display = useApp(({ view }) => view.display);
  const own = useMemo(() => spreadDisplay(display), [display]);
  const unit = useApp((state) => {
    const score = scoreInView(state);
    return score ? unitOf(methodOf(id), score) : '';
  });
  const canPin = useApp((state) => figureOf(state, id).status === 'done');
  const pinRuns = useApp((state) => state.pinRuns);
  const { title } = methodOf(id);
  const [mean, spread, agreement] = [meanOf(steady), spreadOf(steady), agreementOf(steady)];
  const runs = steady.runs === 1 ? '1 run' : `${steady.runs} runs`;
  return (
    <tr>
      <th scope="row">{title}</th>
      <Part image={image} map={steady.own} description={`${title} of the image as it is`} words={largest(steady.own, unit)} />
      <Part
        image={image}
        map={mean}
        description={`${title}, mean of ${runs}`}
        words={mean ? `mean of ${runs}, ${largest(mean, unit)}` : ''}
      />
      <Part
        image={image}
        map={spread}
        description={`${title}, std over ${runs}`}
        words={mean ? spreadWords(spread, unit) : ''}
        display={own}
      />
      <td>{agreement === null ? '' : formatMetric(agreement)}</td>
      <td>
        <span className="steady-pins">
          <button type="button" className="small-button" disabled={!canPin || !mean} onClick={() => pinRuns(id, 'mean')}>
            Pin the mean
          </button>
          <button type="button" className="small-button" disabled={!canPin || !spread} onClick={() => pinRuns(id, 'std')}>
            Pin the spread
          </button>
        </span>
      </td>
    </tr>
  );
}

/** Why the runs cannot begin. */
function blockedWords(state: AppState): string {
  if (!state.model.info || logitsInView(state) === null) return 'Once the network has seen the image.';
  if (plannedRuns(state).length > 0) return 'All runs are there.';
  return state.stability.settings.noisePercent > 0
    ? 'Noise is for maps by gradient: choose flips or shifts, or show such a map.'
    : 'Choose flips, shifts or noise.';
}

/** What maps have in common while the image changes a little: their mean, and how far each cell can be trusted. */
export function Stability() {
  const finding = useApp(stabilityInView);
  const status = useApp(stabilityStatus);
  const verdict = useApp(stabilityVerdict);
  const progress = useApp(({ stability }) => stability.progress);
  const planned = useApp(plannedRuns);
  const image = useApp(selectedImage);
  const canStart = useApp((state) => logitsInView(state) !== null && (stabilityPasses(state) ?? 0) > 0);
  const blocked = useApp(blockedWords);
  const runStability = useApp((state) => state.runStability);
  const cancelStability = useApp((state) => state.cancelStability);
  const { runs } = useApp(({ stability }) => stability.settings);
  const fewest = Math.min(...planned.map(({ changes }) => changes.length));
  const rows = planned.flatMap(({ id }) => {
    const steady = finding?.maps[id];
    return steady ? [{ id, steady }] : [];
  });
  return (
    <section className="stability" aria-labelledby="stability-title">
      <div className="section-head">
        <h2 id="stability-title">How far can a map be trusted?</h2>
        <RunState
          activity="stability"
          status={status}
          progress={progress}
          label="Running"
          startTitle="Run"
          canStart={canStart}
          blocked={blocked}
          onStart={() => void runStability()}
          onCancel={cancelStability}
        />
      </div>
      <StabilityFields />
      <p className={verdict ? 'verdict' : 'field-hint'}>
        {verdict ||
          'The image is flipped and moved a little, or gets noise, and every map is laid back: what they all show owes least to chance.'}
      </p>
      {image && rows.length > 0 && (
        <>
          {fewest < runs && <p className="field-hint">{`Of ${runs} runs ${fewest} differ: the same one again would say nothing new.`}</p>}
          <p className="field-hint field-hint-tall">
            Spread: how far a cell’s value moves from run to run, in the map’s own unit. Purple: the same in every run. Yellow: it changes
            most there, and where that is as much as the mean itself, the map says nothing. Each map is coloured from its own largest value.
          </p>
          <div className="table-scroll">
            <table className="measures">
              <caption className="visually-hidden">
                Maps of the image as it is, their mean over all runs, and the spread of the runs
              </caption>
              <thead>
                <tr>
                  <th scope="col">Method</th>
                  <th scope="col">As it is</th>
                  <th scope="col">Mean</th>
                  <th scope="col">Spread (std)</th>
                  <th scope="col" title="Mean rank correlation of the changed runs with the map of the image as it is">
                    Rank correlation
                  </th>
                  <th scope="col">
                    <span className="visually-hidden">Keep</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ id, steady }) => (
                  <Row key={id} id={id} steady={steady} image={image} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
