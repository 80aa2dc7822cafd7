import { formatTimeRange } from '../../core/reports/format.ts';
import { formatRemaining } from '../../core/reports/remaining-time.ts';
import { expectedTime } from '../../state/drawer/expected-times.ts';
import { waitBeforeMs } from '../../state/drawer/wait-before.ts';
import type { Activity } from '../../state/models/model-state.ts';
import { useApp } from '../store-context.tsx';

/** How long something will take before it starts, and what it waits for; nothing as long as that is not known. */
export function ExpectedTime({ activity }: { activity: Activity }) {
  const time = useApp((state) => expectedTime(state, activity));
  const wait = useApp((state) => waitBeforeMs(state, activity));
  const before = wait > 0 ? `Begins after what runs now, in ${formatRemaining(wait)}. ` : '';
  return <span className="expected-time">{`${before}${time ? `Takes ${formatTimeRange(time)}.` : ''}`}</span>;
}
