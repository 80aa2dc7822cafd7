/** The layout of a plot of probabilities over steps, on the page and in reports: 0 to 1 upwards, the first to the last step to the right. */

export const PLOT = { width: 320, height: 160, left: 34, right: 8, top: 8, bottom: 22 } as const;

/** Lines are told apart by their dashes, for prints and for those who see no colours. As SVG's `stroke-dasharray`. */
export const DASHES = ['none', '7 3', '2 2', '8 3 2 3'] as const;

export function plotX(step: number, steps: number): number {
  return PLOT.left + (step / steps) * (PLOT.width - PLOT.left - PLOT.right);
}

export function plotY(value: number): number {
  return PLOT.top + (1 - value) * (PLOT.height - PLOT.top - PLOT.bottom);
}

/** As SVG's `points`. */
export function curvePoints(values: readonly number[]): string {
  return values.map((value, step) => `${plotX(step, values.length - 1).toFixed(2)},${plotY(value).toFixed(2)}`).join(' ');
}

/** The path of both axes. */
export function axesPath(): string {
  return `M${PLOT.left} ${PLOT.top}V${plotY(0)}H${PLOT.width - PLOT.right}`;
}
