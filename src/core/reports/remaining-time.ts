/** Honest remaining time: judged only by what this very job has done so far. */
import { formatLong } from './format.ts';

/**
 * The time that the rest of a job will take if it goes on as it did, in milliseconds.
 *
 * @returns null while less than a fiftieth of it, or nothing, is done: the first steps also pay for what comes only once
 */
export function remainingTime(done: number, total: number, elapsedMs: number): number | null {
  if (done <= 0 || done / total < 0.02) return null;
  return (elapsedMs / done) * Math.max(0, total - done);
}

/** As people say it: `about 12 s`, `about 3 min`, `about 2.5 h`. */
export function formatRemaining(remainingMs: number): string {
  const seconds = Math.ceil(remainingMs / 1000);
  if (seconds <= 1) return 'about a second';
  return `about ${seconds < 100 ? `${seconds} s` : formatLong(remainingMs)}`;
}
