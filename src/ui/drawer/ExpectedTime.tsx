import { formatTimeRange } from '../../core/reports/format.ts';
import { expectedTime } from '../../state/drawer/expected-times.ts';
import type { Activity } from '../../state/models/model-state.ts';
import { useApp } from '../store-context.tsx';

/** How long something will take, before it starts; nothing as long as that is not known. */
export function ExpectedTime({ activity }: { activity: Activity }) {
  const time = useApp((state) => expectedTime(state, activity));
  return <span className="expected-time">{time ? `Takes ${formatTimeRange(time)}.` : ''}</span>;
}
