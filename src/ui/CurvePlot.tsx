import type { PointerEvent } from 'react';

const WIDTH = 320;
const HEIGHT = 160;
/** Room for the labels of both axes. */
const LEFT = 34;
const BOTTOM = 22;
const TOP = 8;
const RIGHT = 8;

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
  const x = (at: number) => LEFT + (at / steps) * (WIDTH - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - value) * (HEIGHT - TOP - BOTTOM);
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
      <path className="curve-axis" d={`M${LEFT} ${TOP}V${y(0)}H${WIDTH - RIGHT}`} />
      {[0, 0.5, 1].map((value) => (
        <text key={value} x={LEFT - 5} y={y(value) + 4} textAnchor="end">
          {value * 100}
        </text>
      ))}
      <text x={LEFT} y={HEIGHT - 6}>
        none
      </text>
      <text x={WIDTH - RIGHT} y={HEIGHT - 6} textAnchor="end">
        all pixels
      </text>
      <path className="curve-step" d={`M${x(step)} ${TOP}V${y(0)}`} />
      {curves.map(({ id, values, line }) => (
        <polyline key={id} className="curve-line" data-line={line} points={values.map((value, i) => `${x(i)},${y(value)}`).join(' ')} />
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
            <path className="curve-line" data-line={line} d="M0 4H28" />
          </svg>
          {title}
        </li>
      ))}
    </ul>
  );
}
