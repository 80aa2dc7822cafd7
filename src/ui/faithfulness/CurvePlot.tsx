import type { PointerEvent } from 'react';
import { formatValue } from '../../core/reports/format.ts';
import { axesPath, curvePoints, DASHES, marksOf, PLOT, type PlotRange, plotX, plotY, SHARES } from '../../core/statistics/curve-plot.ts';

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
  /** Of numbers, what the plot reaches over; null for probabilities, which are drawn in percent from 0 to 100. */
  readonly range: PlotRange | null;
  readonly onStep: (step: number) => void;
}

/** Scores over the share of pixels. */
export function CurvePlot({ title, curves, steps, step, range, onStep }: CurvePlotProps) {
  const shown = range ?? SHARES;
  const inWords = (value: number) => (range ? formatValue(value) : `${Math.round(value * 100)} %`);
  const follow = (event: PointerEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = (((event.clientX - box.left) / box.width) * WIDTH - LEFT) / (WIDTH - LEFT - RIGHT);
    onStep(Math.round(Math.min(1, Math.max(0, at)) * steps));
  };
  const said = curves.map(({ title: name, values }) => `${name} ${inWords(values[step] ?? 0)}`).join(', ');
  return (
    <svg
      className="curve-plot"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={`${title} at step ${step} of ${steps}: ${said}`}
      onPointerMove={follow}
    >
      <path className="curve-axis" d={axesPath()} />
      {marksOf(shown).map((value) => (
        <text key={value} x={LEFT - 5} y={plotY(value, shown) + 4} textAnchor="end">
          {range ? formatValue(value) : `${value * 100} %`}
        </text>
      ))}
      <text x={LEFT} y={HEIGHT - 6}>
        0 % of pixels
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">
        100 %
      </text>
      <path className="curve-step" d={`M${plotX(step, steps)} ${TOP}V${plotY(shown.low, shown)}`} />
      {curves.map(({ id, values, line }) => (
        <polyline key={id} className="curve-line" data-line={line} strokeDasharray={DASHES[line]} points={curvePoints(values, shown)} />
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
