import { memo, useRef } from 'react';
import type { CutName as CutNameParts } from '../../core/reports/cut-names.ts';
import { formatOutput } from '../../core/reports/format.ts';
import { mistakenName } from '../../state/explanation/selectors.ts';
import type { ListedImage } from '../../state/images/image-state.ts';
import { type ImageVerdict, imageVerdict } from '../../state/images/image-verdict.ts';
import { CutName } from '../controls/CutName.tsx';
import { useApp } from '../store-context.tsx';
import { useReorder } from './use-reorder.ts';

function valueWords({ value, isNumber }: ImageVerdict): string {
  return formatOutput(value, isNumber ? 'number' : 'softmax');
}

/** What the thumbnail shows, in words. */
function verdictWords(verdict: ImageVerdict | null): string {
  if (!verdict) return '';
  const said = `${verdict.name} ${valueWords(verdict)}`;
  if (verdict.isRight === null) return said;
  return verdict.isRight ? `${said}, right` : `${said}, wrong: it is ${verdict.truth}`;
}

function Verdict({ verdict }: { verdict: ImageVerdict | null }) {
  if (!verdict) return <span className="thumbnail-verdict" />;
  const mark = verdict.isRight ? '✓' : '✗';
  return (
    <span className="thumbnail-verdict" data-right={verdict.isRight ?? undefined}>
      {verdict.isRight !== null && <span className="thumbnail-mark">{mark}</span>}
      <span className="thumbnail-class">{verdict.name}</span>
      <span>{valueWords(verdict)}</span>
    </span>
  );
}

interface ThumbnailProps extends CutNameParts {
  readonly image: ListedImage;
  /** Of the radio buttons. */
  readonly group: string;
  readonly isChosen: boolean;
}

/** An image of the strip. Memoized: two hundred of them stand there while others are being read. */
export const Thumbnail = memo(function Thumbnail({ image, head, tail, group, isChosen }: ThumbnailProps) {
  const item = useRef<HTMLDivElement>(null);
  const edge = useReorder(item, image);
  const verdict = useApp((state) => imageVerdict(state, image));
  const mistaken = useApp((state) => mistakenName(image, state));
  const selectImage = useApp((state) => state.selectImage);
  const removeImage = useApp((state) => state.removeImage);
  const descriptionId = `${image.id}-said`;
  const note = image.sample && (mistaken === null ? 'sample' : `wrong: ${mistaken}`);
  return (
    <div ref={item} className="strip-item" data-edge={edge ?? undefined}>
      <label className="thumbnail">
        <input
          type="radio"
          name={group}
          className="label-edge"
          aria-label={note ? `${image.name} ${note}` : image.name}
          aria-describedby={descriptionId}
          value={image.id}
          checked={isChosen}
          onChange={() => selectImage(image.id)}
        />
        <span className="thumbnail-frame">
          <img src={image.thumbnailUrl} alt="" width={88} height={66} loading="lazy" decoding="async" draggable={false} />
          {image.sample && <span className="thumbnail-tag">sample</span>}
        </span>
        <span className="thumbnail-words" aria-hidden="true">
          <CutName name={image.name} head={head} tail={tail} />
          <Verdict verdict={verdict} />
        </span>
        <span id={descriptionId} hidden>
          {verdictWords(verdict)}
        </span>
      </label>
      <button
        type="button"
        className="remove-button"
        aria-label={`Remove ${image.name}`}
        title="Remove (Delete)"
        tabIndex={isChosen ? 0 : -1}
        onClick={() => removeImage(image.id)}
      >
        <span aria-hidden="true">×</span>
      </button>
    </div>
  );
});
