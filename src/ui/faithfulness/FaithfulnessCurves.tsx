import { useEffect, useMemo, useRef, useState } from 'react';
import { formatOutput } from '../../core/reports/format.ts';
import { rangeOf } from '../../core/statistics/curve-plot.ts';
import type { MapMeasures } from '../../metrics/measures.ts';
import {
  type PerturbationGround,
  type PerturbationKind,
  perturbationGround,
  perturbationRanking,
  perturbedImage,
} from '../../platform/perturbed-image.ts';
import type { MeasuredMap } from '../../state/faithfulness/faithfulness-state.ts';
import { pixelsOf } from '../../state/images/image-state.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { Choice } from '../controls/Choice.tsx';
import { useApp } from '../store-context.tsx';
import { type Curve, CurveKey, CurvePlot } from './CurvePlot.tsx';

const KINDS: readonly { readonly kind: PerturbationKind; readonly title: string }[] = [
  { kind: 'deletion', title: 'Deletion' },
  { kind: 'insertion', title: 'Insertion' },
];

interface StepImageProps {
  readonly ground: PerturbationGround;
  readonly row: MeasuredMap & { readonly measures: MapMeasures };
  readonly kind: PerturbationKind;
  readonly step: number;
  readonly steps: number;
}

/** What the network saw at one step. */
function StepImage({ ground, row, kind, step, steps }: StepImageProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const ranking = useMemo(() => perturbationRanking(ground, row.map), [ground, row.map]);
  useEffect(() => {
    if (ranking) canvas.current?.getContext('2d')?.putImageData(perturbedImage(ground, ranking, kind, step / steps), 0, 0);
  }, [ground, ranking, kind, step, steps]);
  const { width, height } = ground.image;
  const reading = useApp(({ faithfulness }) => faithfulness.reading);
  const share = formatOutput(row.measures[kind][step] ?? 0, reading);
  return (
    <figure className="step-image">
      <canvas ref={canvas} width={width} height={height} role="img" aria-label={`${row.title} at step ${step} of ${steps}`} />
      <figcaption className="field-hint">
        {row.title}: {share}
      </figcaption>
    </figure>
  );
}

/** Both curves of every map, and what the network saw at the step that is pointed at. */
export function FaithfulnessCurves() {
  const rows = useApp(({ faithfulness }) => faithfulness.rows);
  const replacement = useApp(({ faithfulness }) => faithfulness.removal?.replacement ?? null);
  const reading = useApp(({ faithfulness }) => faithfulness.reading);
  const pixels = useApp((state) => {
    const image = selectedImage(state);
    return image && pixelsOf(image);
  });
  const card = useApp(({ model }) => model.card);
  const [kind, setKind] = useState<PerturbationKind>('deletion');
  const [chosen, setChosen] = useState(1);
  const measured = rows.flatMap(({ measures, ...row }) => (measures ? [{ ...row, measures }] : []));
  const steps = (measured[0]?.measures.deletion.length ?? 1) - 1;
  const step = Math.min(chosen, steps);
  const ground = useMemo(
    () => pixels && card && replacement && perturbationGround(pixels, card.input, card.preprocessing, replacement),
    [pixels, card, replacement],
  );
  if (measured.length === 0) return null;
  const ranged = (of: PerturbationKind) => (reading === 'number' ? rangeOf(measured.map(({ measures }) => measures[of])) : null);
  const curvesOf = (of: PerturbationKind) =>
    measured.map(({ id, title, measures }, line): Curve => ({ id, title, line, values: measures[of] }));
  return (
    <div className="curves">
      <div className="curve-plots">
        {KINDS.map(({ kind: own, title }) => (
          <div key={own}>
            <h3>{title}</h3>
            <CurvePlot
              title={title}
              curves={curvesOf(own)}
              steps={steps}
              step={step}
              range={ranged(own)}
              onStep={(at) => {
                setKind(own);
                setChosen(at);
              }}
            />
          </div>
        ))}
      </div>
      <CurveKey curves={curvesOf(kind)} />
      <div className="curve-controls">
        <Choice label="Images of" options={KINDS.map(({ kind: value, title }) => ({ value, title }))} value={kind} onChoose={setKind} />
        <label className="field">
          <span className="field-label">
            {kind === 'deletion' ? 'Pixels removed' : 'Pixels put in'} <span>{Math.round((step / steps) * 100)} %</span>
          </span>
          <input type="range" min={0} max={steps} value={step} onChange={({ target }) => setChosen(Number(target.value))} />
        </label>
      </div>
      {ground && (
        <div className="step-images">
          {measured.map((row) => (
            <StepImage key={row.id} ground={ground} row={row} kind={kind} step={step} steps={steps} />
          ))}
        </div>
      )}
    </div>
  );
}
