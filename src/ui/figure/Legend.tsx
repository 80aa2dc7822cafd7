import { useMemo } from 'react';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { DisplayScale } from '../../core/maps/display-scale.ts';
import { type LegendEnd, type LegendSubject, legendColours, legendWords } from '../../core/maps/legend.ts';
import { formatValue } from '../../core/reports/format.ts';
import { CutText } from '../controls/CutText.tsx';

function End({ end, subject, side }: { end: LegendEnd; subject: LegendSubject; side: 'low' | 'high' }) {
  const words = end.says && (
    <>
      {end.says} {subject.name && <em>{subject.name}</em>} <span className="legend-colour">({end.colour})</span>
    </>
  );
  return (
    <span className={`legend-end legend-${side}`}>
      <b>{formatValue(end.value)}</b> <span className="legend-says">{words}</span>
    </span>
  );
}

interface LegendProps {
  /** Null: nothing is drawn yet. */
  readonly scale: DisplayScale | null;
  readonly display: DisplaySettings;
  readonly unit: string;
  readonly subject: LegendSubject;
  /** The maps that have the scale in common; null: it is one map's own. */
  readonly sharedBy: string | null;
}

/** What the colours mean: the scale's ends and its zero, in words, in numbers, and in the method's unit. */
export function Legend({ scale, display, unit, subject, sharedBy }: LegendProps) {
  const background = useMemo(
    () => scale && `linear-gradient(to right, ${legendColours(scale, display.colormap).join(', ')})`,
    [scale, display.colormap],
  );
  if (!scale || scale.isEmpty) return <p className="legend legend-empty">{scale ? emptyWords(display) : '\u00a0'}</p>;
  const { low, high, zero } = legendWords(scale, display.colormap, subject.kind);
  const isUneven = scale.isZeroNeutral && zero !== null && Math.abs(zero - 0.5) > 1e-6;
  const notes = [
    unit,
    `values ${formatValue(scale.minimum)} to ${formatValue(scale.maximum)}`,
    isUneven ? 'each side of zero with its own end' : '',
    sharedBy === null ? '' : `one scale for ${sharedBy}`,
  ];
  return (
    <div className="legend">
      <div className="legend-bar" style={{ background: background ?? undefined }} aria-hidden="true">
        {zero !== null && <span className="legend-zero" style={{ insetInlineStart: `${zero * 100}%` }} />}
      </div>
      <CutText className="legend-words" label="What the colours mean">
        <p className="legend-ends">
          <End end={low} subject={subject} side="low" />
          {zero !== null && <span className="legend-middle">← 0 →</span>}
          <End end={high} subject={subject} side="high" />
        </p>
        <p className="legend-unit">{notes.filter(Boolean).join(' · ')}</p>
      </CutText>
    </div>
  );
}

/** Why nothing is drawn. */
export function emptyWords({ sign }: Pick<DisplaySettings, 'sign'>): string {
  return sign === 'positive'
    ? 'No positive evidence stands out: there is nothing to show.'
    : 'Nothing stands out from rounding: there is nothing to show.';
}
