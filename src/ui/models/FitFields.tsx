import {
  type Fit,
  flooredFit,
  isFloored,
  MAX_SHORT_SIDE,
  type Size,
  shareOf,
  shortSideFit,
  shortSideOf,
  shortSideOfShare,
  usualShortSideFit,
} from '../../core/images/geometry.ts';
import type { Preprocessing } from '../../core/images/preprocessing.ts';
import type { Resampling } from '../../core/images/resize.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { SelectField } from '../controls/SelectField.tsx';

const SHORT_SIDE = 'short-side';

const FITS: readonly { readonly value: Fit | typeof SHORT_SIDE; readonly title: string }[] = [
  { value: 'stretched', title: 'Stretched' },
  { value: 'letterbox', title: 'Letter-boxed' },
  { value: 'centre-crop', title: 'Centre cropped' },
  { value: SHORT_SIDE, title: 'Short side resized, then cropped' },
];

const RESAMPLINGS: readonly { readonly value: Resampling; readonly title: string }[] = [
  { value: 'bilinear', title: 'Bilinear' },
  { value: 'bicubic', title: 'Bicubic' },
];

const SHARE_TITLES = { stretched: 'Stretched', border: 'Long side resized', cover: 'Resized to cover the input' } as const;

/** What models on the hub ask for now and then, and is only offered where it is in use; null for other fits. */
function titleOfShare(fit: Fit): string | null {
  const { way, share } = shareOf(fit) ?? {};
  if (!way) return null;
  return share === 1 ? SHARE_TITLES[way] : `${SHARE_TITLES[way]}, ${share} of each side kept`;
}

/** How images of another shape are fitted, in a few words. */
export function titleOfFit(fit: Fit): string {
  const shared = titleOfShare(fit);
  if (shared !== null) return shared.toLowerCase();
  const pixels = shortSideOf(fit);
  if (pixels !== null) return `short side ${pixels}, cropped`;
  return (FITS.find(({ value }) => value === fit)?.title ?? fit).toLowerCase();
}

interface FitFieldsProps {
  readonly input: Size;
  readonly preprocessing: Preprocessing;
  readonly onChange: (change: Partial<Preprocessing>) => void;
}

interface ShortSideProps {
  readonly pixels: number;
  readonly isFloored: boolean;
  readonly input: Size;
  readonly onChange: (fit: Fit) => void;
}

/** What the short side is resized to, said in either way that training code says it. */
function ShortSide({ pixels, isFloored, input, onChange }: ShortSideProps) {
  const side = Math.min(input.width, input.height);
  const choose = (length: number) => {
    const fit = shortSideFit(Math.min(MAX_SHORT_SIDE, Math.max(1, Math.round(length))));
    onChange(isFloored ? flooredFit(fit) : fit);
  };
  return (
    <>
      <div className="field-row">
        <NumberField
          label="Short side (px)"
          title="Resized to so many pixels, before the crop"
          value={pixels}
          min={1}
          max={MAX_SHORT_SIDE}
          step={1}
          takes="the-last-one"
          onChange={choose}
        />
        <NumberField
          label="Crop share"
          title="Of the resized short side: timm’s crop_pct"
          value={Math.floor((side / pixels) * 1e4) / 1e4}
          min={0.05}
          max={2}
          step="any"
          takes="the-last-one"
          onChange={(share) => choose(shortSideOfShare(side, share))}
        />
      </div>
      <p className="field-hint">
        Resize {pixels}, then crop {input.width} × {input.height}
        {isFloored && ', from half a pixel rounded down, as transformers does'}.
      </p>
    </>
  );
}

/** How images of another shape and size become the network's input. */
export function FitFields({ input, preprocessing, onChange }: FitFieldsProps) {
  const { fit, resampling = 'bilinear' } = preprocessing;
  const pixels = shortSideOf(fit);
  const shared = titleOfShare(fit);
  return (
    <>
      <SelectField
        label="Images are"
        options={shared === null ? FITS : [...FITS, { value: fit, title: shared }]}
        value={pixels === null ? fit : SHORT_SIDE}
        onChoose={(chosen) => onChange({ fit: chosen === SHORT_SIDE ? usualShortSideFit(input) : chosen })}
      />
      {pixels !== null && (
        <ShortSide pixels={pixels} isFloored={isFloored(fit)} input={input} onChange={(changed) => onChange({ fit: changed })} />
      )}
      <SelectField
        label="Resampling"
        title="Antialiased, as Pillow computes it"
        options={RESAMPLINGS}
        value={resampling}
        onChoose={(chosen) => onChange({ resampling: chosen })}
      />
    </>
  );
}
