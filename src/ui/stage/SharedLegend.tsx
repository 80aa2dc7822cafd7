import { commonScale } from '../../state/explanation/common-scale.ts';
import { Legend } from '../figure/Legend.tsx';
import { useApp } from '../store-context.tsx';

/** One legend for all figures, where they share a scale. */
export function SharedLegend() {
  const display = useApp(({ view }) => view.display);
  const common = useApp(commonScale);
  return (
    <div className="shared-legend" role="group" aria-label="Legend of all figures">
      <Legend
        scale={common?.scale ?? null}
        display={display}
        unit={common?.units ?? ''}
        subject={common?.subject ?? { name: '', kind: 'class' }}
        sharedBy="all figures"
      />
    </div>
  );
}
