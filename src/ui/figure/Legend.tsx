import { useMemo } from 'react';
import { colormapTable } from '../../core/maps/colormap.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import { colourRange, displayScale } from '../../core/maps/map-painter.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { formatValue } from '../../core/reports/format.ts';

/** The used part of the colour table as a CSS gradient. */
function gradient({ sign, colormap }: DisplaySettings): string {
  const table = colormapTable(colormap);
  const [low, high] = colourRange(sign, colormap);
  const stops = Array.from({ length: 17 }, (_, i) => {
    const at = Math.round((low + ((high - low) * i) / 16) * 255) * 3;
    return `rgb(${table[at]} ${table[at + 1]} ${table[at + 2]})`;
  });
  return `linear-gradient(to right, ${stops.join(', ')})`;
}

interface LegendProps {
  readonly map: SaliencyMap | null;
  /** The value at the end of a scale that several maps have in common; null: the map's own. */
  readonly limit: number | null;
  /** The maps that have it in common. */
  readonly sharedBy?: string;
  readonly display: DisplaySettings;
  readonly unit: string;
}

/** What the colours mean: the scale's ends and its zero, in the method's unit. */
export function Legend({ map, limit, sharedBy = 'all figures', display, unit }: LegendProps) {
  const scale = useMemo(() => map && displayScale(map, display.sign, limit), [map, display.sign, limit]);
  const background = useMemo(() => gradient(display), [display]);
  if (!scale || scale.isEmpty) {
    const reason =
      display.sign === 'positive'
        ? 'No positive evidence stands out: there is nothing to show.'
        : 'Nothing stands out from rounding: there is nothing to show.';
    return <p className="legend legend-empty">{scale ? reason : '\u00a0'}</p>;
  }
  const ends = display.sign === 'positive' ? [0, null, scale.limit] : [-scale.limit, 0, scale.limit];
  return (
    <div className="legend">
      <div className="legend-bar" style={{ background }} aria-hidden="true" />
      <div className="legend-ends">
        {ends.map((value, i) => (
          <span key={['low', 'middle', 'high'][i]}>{value === null ? '' : formatValue(value)}</span>
        ))}
      </div>
      <p className="legend-unit">
        {unit}{' '}
        <span className="legend-range">
          ({formatValue(scale.minimum)} to {formatValue(scale.maximum)}
          {limit === null ? '; a scale of its own' : `; one scale for ${sharedBy}`})
        </span>
      </p>
    </div>
  );
}
