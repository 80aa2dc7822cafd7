import { reachOf } from '../../core/maps/display-scale.ts';
import { formatCorrelation, formatValue } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { unitOf } from '../../explain/methods/method.ts';
import { agreementOf, type SteadyMap } from '../../explain/stability/steady-map.ts';
import type { AppState } from '../../state/app-state.ts';
import type { Image } from '../../state/images/image-state.ts';
import {
  leftOutWords,
  meanOf,
  plannedRuns,
  spreadOf,
  stabilityInView,
  stabilityPasses,
  stabilityStatus,
  stabilityVerdict,
} from '../../state/stability/stability-selectors.ts';
import { type SteadyPart, steadyMapOf } from '../../state/stability/steady-maps.ts';
import { logitsInView, scoreInView, selectedImage } from '../../state/view/in-view.ts';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { RunState } from '../drawer/RunState.tsx';
import { DerivedFigure } from '../figure/derived/DerivedFigure.tsx';
import { useApp } from '../store-context.tsx';
import { StabilityFields } from './StabilityFields.tsx';

interface PartProps {
  readonly id: MethodId;
  readonly part: SteadyPart;
  readonly image: Image;
  readonly name: string;
  readonly words: string;
}

function Part({ id, part, image, name, words }: PartProps) {
  const derived = useApp((state) => steadyMapOf(state, id, part));
  return <td>{derived ? <DerivedFigure image={image} derived={derived} name={name} words={words} /> : words}</td>;
}

/** What stands in a map's place, or below it. */
function spreadWords(steady: SteadyMap): string {
  if (!meanOf(steady)) return '';
  const spread = spreadOf(steady);
  if (!spread) return 'Once every cell has two runs.';
  return reachOf(spread, 'positive') === 0 ? 'None: the same in every run.' : '';
}

function Row({ id, steady, image }: { id: MethodId; steady: SteadyMap; image: Image }) {
  const unit = useApp((state) => {
    const score = scoreInView(state);
    return score ? unitOf(methodOf(id), score) : '';
  });
  const { title } = methodOf(id);
  const agreement = agreementOf(steady);
  const runs = steady.runs === 1 ? '1 run' : `${steady.runs} runs`;
  return (
    <tr>
      <th scope="row">{title}</th>
      <td>
        <span className="steady-map">
          <MapThumbnail image={image} map={steady.own} description={`${title} of the image as it is`} />
          <span className="depth-detail">{`up to ${formatValue(reachOf(steady.own, 'signed'))} ${unit}`}</span>
        </span>
      </td>
      <Part id={id} part="mean" image={image} name={`Mean of ${runs}`} words="" />
      <Part id={id} part="std" image={image} name={`Std over ${runs}`} words={spreadWords(steady)} />
      <td>{agreement === null ? '' : formatCorrelation(agreement)}</td>
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
  const leftOut = useApp(leftOutWords);
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
      {leftOut && <p className="field-hint">{leftOut}</p>}
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
