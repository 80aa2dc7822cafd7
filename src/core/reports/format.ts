/** Numbers as they stand on the page: short, with a true minus sign. */

import type { OutputReading } from '../models/output-reading.ts';
import type { Summary } from '../statistics/summary.ts';

const MINUS = '\u2212';

/** Three significant digits: `0.0421`, `12.3`, `−1.40`. */
export function formatValue(value: number): string {
  if (value === 0) return '0';
  const magnitude = Math.abs(value);
  const text = magnitude >= 1e5 || magnitude < 1e-4 ? magnitude.toExponential(1) : magnitude.toPrecision(3);
  return `${value < 0 ? MINUS : ''}${text.replace('e-', `e${MINUS}`).replace('e+', 'e')}`;
}

/** To so many decimal places; what rounds to nothing has no sign. */
export function formatPlaces(value: number, places: number): string {
  const text = Math.abs(value).toFixed(places);
  return value < 0 && Number(text) !== 0 ? `${MINUS}${text}` : text;
}

/** A metric, to three decimal places: `0.393`, `−0.077`. */
export function formatMetric(value: number): string {
  return formatPlaces(value, 3);
}

/** A correlation, to two decimal places: `0.93`, `−0.10`. */
export function formatCorrelation(value: number): string {
  return formatPlaces(value, 2);
}

/** A correlation, or that there is none. */
export function correlationInWords(value: number | null): string {
  return value === null ? 'undefined (constant map)' : formatCorrelation(value);
}

/** How sure a mean is: `± 0.096`, or `(0.007 to 0.183)` where the interval lies unevenly around it; empty where that is not known. */
export function formatInterval({ margin, interval }: Summary, format = formatMetric): string {
  if (margin !== null) return `± ${format(margin)}`;
  return interval ? `(${format(interval.low)} to ${format(interval.high)})` : '';
}

/** `93 %`, `0.4 %`, `< 0.1 %`. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${percent < 9.95 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** What is shown of an output: the share of a class, or the value of a number. */
export function formatOutput(value: number, reading: OutputReading): string {
  return reading === 'number' ? formatValue(value) : formatShare(value);
}

/** `34 ms`, `0.34 s`, `12 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 100) return `${Math.max(1, Math.round(milliseconds))} ms`;
  const seconds = milliseconds / 1000;
  return `${seconds < 10 ? seconds.toFixed(seconds < 1 ? 2 : 1) : Math.round(seconds)} s`;
}

/** `12.4 MB`, `87 kB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e5) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What a time of this length is told in: a number that people have a feeling for. */
function unitFor(milliseconds: number): { readonly name: string; readonly ms: number } {
  if (milliseconds < 100_000) return { name: 's', ms: 1000 };
  return milliseconds < 100 * 60_000 ? { name: 'min', ms: 60_000 } : { name: 'h', ms: 3_600_000 };
}

/** More than a minute or two: `3 min`, `2.5 h`. */
export function formatLong(milliseconds: number): string {
  const { name, ms } = unitFor(milliseconds);
  const count = milliseconds / ms;
  return `${name === 'h' && count < 9.95 ? count.toFixed(1) : Math.round(count)} ${name}`;
}

/** A time that is only estimated: two significant digits at most. */
export function formatAbout(milliseconds: number): string {
  if (milliseconds < 95) return 'under 0.1 s';
  const seconds = milliseconds / 1000;
  if (seconds < 10) return `about ${seconds.toFixed(1)}\u00a0s`;
  return `about ${formatLong(milliseconds).replace(' ', '\u00a0')}`;
}

/** `49 cells · about 0.3 s`; only the count while the device's speed is not known. */
export function costWords(cost: { readonly count: number; readonly unit: string; readonly durationMs: number | null } | null): string {
  if (!cost) return '';
  const what = `${cost.count} ${cost.unit}`;
  return cost.durationMs === null ? what : `${what} · ${formatAbout(cost.durationMs)}`;
}

/** How long something may take: `2.1 to 4.0 s`, `24 s to 2.7 min`, `under 1 s`, `about 3 min` where both ends come to the same. */
export function formatTimeRange({ lowMs, highMs }: { readonly lowMs: number; readonly highMs: number }): string {
  if (highMs < 1000) return 'under 1 s';
  const unit = unitFor(highMs);
  // Four tenths of a minute are seconds.
  const lowUnit = lowMs < unit.ms ? unitFor(lowMs) : unit;
  // To one decimal place below ten, so that a range stays one.
  const rounded = (ms: number, { ms: one }: { readonly ms: number }) =>
    ms < 9.95 * one ? (ms / one).toFixed(1) : String(Math.round(ms / one));
  const [low, high] = [rounded(lowMs, lowUnit), rounded(highMs, unit)];
  if (lowUnit.name !== unit.name) return `${low}\u00a0${lowUnit.name} to ${high}\u00a0${unit.name}`;
  return low === high ? `about ${high}\u00a0${unit.name}` : `${low} to ${high}\u00a0${unit.name}`;
}

const AND = new Intl.ListFormat('en-GB', { type: 'conjunction' });

/** “A, B and C”; what has commas of its own is parted by semicolons. */
export function enumerated(things: readonly string[]): string {
  return things.some((thing) => thing.includes(',')) ? things.join('; ') : AND.format(things);
}
