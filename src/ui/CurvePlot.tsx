import type { PointerEvent } from 'react';
import { axesPath, curvePoints, DASHES, PLOT, plotX, plotY } from '../core/curve-plot.ts';

const { width: WIDTH, height: HEIGHT, left: LEFT, right: RIGHT, top: TOP } = PLOT;

export interface Curve {
  readonly id: string;
  readonly title: string;
  readonly values: readonly number[];
  /** How its line is drawn: `0` to `3`, told apart without colours. */
  readonly line: number;
}

interface CurvePlotProps {
  readonly title: string;
  readonly curves: readonly Curve[];
  readonly steps: number;
  /** The step that is looked at. */
  readonly step: number;
  readonly onStep: (step: number) => void;
}

/** Probabilities over the share of pixels, from 0 to 1 on both axes. */
export function CurvePlot({ title, curves, steps, step, onStep }: CurvePlotProps) {
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    onStep(Math.round(Math.min(1, Math.max(0, at)) * steps));
  };
  const said = curves.map(({ title: name, values }) => `${name} ${Math.round((values[step] ?? 0) * 100)} %`).join(', ');
  return (
    <svg
      className="curve-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${title} at step ${step} of ${steps}: ${said}`}
      onPointerMove={follow}
    >
      <path className="curve-axis" d={axesPath()} />
      {[0, 0.5, 1].map((value) => (
        <text key={value} x={LEFT - 5} y={plotY(value) + 4} textAnchor="end">
          {value * 100}
        </text>
      ))}
      <text x={LEFT} y={HEIGHT - 6}>
        none
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">
        all pixels
      </text>
      <path className="curve-step" d={`M${plotX(step, steps)} ${TOP}V${plotY(0)}`} />
      {curves.map(({ id, values, line }) => (
        <polyline key={id} className="curve-line" data-line={line} strokeDasharray={DASHES[line]} points={curvePoints(values)} />
      ))}
    </svg>
  );
}

/** What the lines of a plot stand for. */
export function CurveKey({ curves }: { curves: readonly Curve[] }) {
  return (
    <ul className="curve-key">
      {curves.map(({ id, title, line }) => (
        <li key={id}>
          <svg viewBox="0 0 28 8" width={28} height={8} aria-hidden="true">
            <path className="curve-line" data-line={line} strokeDasharray={DASHES[line]} d="M0 4H28" />
          </svg>
          {title}
        </li>
      ))}
    </ul>
  );
}
