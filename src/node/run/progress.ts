/** How far a run is, in a line for whoever looks on. */
import { formatRemaining, remainingTime } from '../../core/reports/remaining-time.ts';

/** Rates of a fraction of an image are said the other way round. */
function rateWords(perSecond: number): string {
  return perSecond >= 0.95 ? `${perSecond.toFixed(perSecond < 10 ? 1 : 0)} images/s` : `${(1 / perSecond).toFixed(1)} s/image`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

interface Progress {
  /** Of the images, those of former runs included. */
  readonly done: number;
  /** How many were done in this run. */
  readonly now: number;
  readonly failed: number;
  readonly elapsedMs: number;
}

export function progressLine({ done, now, failed, elapsedMs }: Progress, total: number): string {
  const remainingMs = remainingTime(now, now + total - done, elapsedMs);
  return [
    `${done}/${total} images`,
    ...(now > 0 && elapsedMs > 0 ? [rateWords((1000 * now) / elapsedMs)] : []),
    ...(remainingMs !== null && done < total ? [`${formatRemaining(remainingMs)} left`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(' · ');
}
