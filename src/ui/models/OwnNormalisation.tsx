import { type ChannelOrder, channelCount, channelOrders, type Preprocessing } from '../../core/images/preprocessing.ts';
import { Choice } from '../controls/Choice.tsx';
import { NumberField } from '../controls/NumberField.tsx';

/** How a network's channels are called. */
const NAMES: Readonly<Record<ChannelOrder, readonly string[]>> = {
  grey: ['grey'],
  rgb: ['R', 'G', 'B'],
  bgr: ['B', 'G', 'R'],
  rgba: ['R', 'G', 'B', 'A'],
  bgra: ['B', 'G', 'R', 'A'],
};

/** Values of images before anything is done to them. */
const WHOLE = 255;

interface OwnNormalisationProps {
  readonly preprocessing: Preprocessing;
  readonly onChange: (change: Partial<Preprocessing>) => void;
}

/** Mean and std of somebody's own, for values from 0 to 1. */
export function OwnNormalisation({ preprocessing, onChange }: OwnNormalisationProps) {
  const { channels, scale } = preprocessing;
  // Whatever the scale was: people know these numbers for values from 0 to 1.
  const unit = 1 / (scale * WHOLE);
  const shown = { mean: preprocessing.mean.map((value) => value * unit), std: preprocessing.std.map((value) => value * unit) };
  const set = (which: 'mean' | 'std', at: number, value: number) =>
    onChange({ scale: 1 / WHOLE, ...shown, [which]: shown[which].map((old, i) => (i === at ? value : old)) });
  const rounded = (value: number | undefined) => Number((value ?? 0).toPrecision(6));
  const orders = channelOrders(channelCount(channels)).map((order) => ({ value: order, title: order.toUpperCase() }));
  return (
    <>
      {orders.length > 1 && (
        <Choice label="Channels" options={orders} value={channels} onChoose={(order) => onChange({ channels: order })} />
      )}
      {(['mean', 'std'] as const).map((which) => (
        <div key={which} className={`field-row field-row-${NAMES[channels].length}`}>
          {NAMES[channels].map((name, i) => (
            <NumberField
              key={name}
              label={`${which === 'mean' ? 'Mean' : 'Std'} ${name}`}
              title="For values from 0 to 1"
              value={rounded(shown[which][i])}
              min={which === 'mean' ? -1000 : 0.000001}
              max={1000}
              step="any"
              takes="the-last-one"
              onChange={(value) => set(which, i, value)}
            />
          ))}
        </div>
      ))}
    </>
  );
}
