/** The layout of a plot of scores over steps, on the page and in reports: the range upwards, the first to the last step to the right. */

export const PLOT = { width: 320, height: 160, left: 48, right: 8, top: 8, bottom: 22 } as const;

/** Lines are told apart by their dashes, for prints and for those who see no colours. As SVG's `stroke-dasharray`. */
export const DASHES = ['none', '7 3', '2 2', '8 3 2 3'] as const;

export function plotX(step: number, steps: number): number {
  return PLOT.left + (step / steps) * (PLOT.width - PLOT.left - PLOT.right);
}

/** What lies between the bottom and the top of a plot. */
export interface PlotRange {
  readonly low: number;
  readonly high: number;
}

/** Of probabilities. */
export const SHARES: PlotRange = { low: 0, high: 1 };

/** From the least to the greatest of all values: numbers have no ends of their own. */
export function rangeOf(curves: readonly (readonly number[])[]): PlotRange {
  const values = curves.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (values.length === 0) return SHARES;
  return low < high ? { low, high } : { low: low - 0.5, high: high + 0.5 };
}

/** Where the axis is labelled. */
export function marksOf({ low, high }: PlotRange): readonly [number, number, number] {
  return [low, (low + high) / 2, high];
}

export function plotY(value: number, { low, high }: PlotRange): number {
  return PLOT.top + ((high - value) / (high - low)) * (PLOT.height - PLOT.top - PLOT.bottom);
}

/** As SVG's `points`. */
export function curvePoints(values: readonly number[], range: PlotRange): string {
  return values.map((value, step) => `${plotX(step, values.length - 1).toFixed(2)},${plotY(value, range).toFixed(2)}`).join(' ');
}

/** The path of both axes. */
export function axesPath(): string {
  return `M${PLOT.left} ${PLOT.top}V${plotY(0, SHARES)}H${PLOT.width - PLOT.right}`;
}
