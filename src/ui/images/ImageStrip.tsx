import { useEffect, useId, useRef } from 'react';
import { mistakenName } from '../../state/explanation/selectors.ts';
import type { Image } from '../../state/images/image-state.ts';
import { FileButton } from '../controls/FileButton.tsx';
import { useApp } from '../store-context.tsx';

/** Brings an entry into sight without moving the page, as `scrollIntoView` would. */
function scrollWithin(list: Element, entry: Element): void {
  const [outer, inner] = [list.getBoundingClientRect(), entry.getBoundingClientRect()];
  const overshoot = (start: number, end: number, from: number, to: number) => (start < from ? start - from : Math.max(0, end - to));
  list.scrollBy({
    top: overshoot(inner.top, inner.bottom, outer.top, outer.bottom),
    left: overshoot(inner.left, inner.right, outer.left, outer.right),
  });
}

function ThumbnailName({ image }: { image: Image }) {
  const mistaken = useApp((state) => mistakenName(image, state));
  return (
    <>
      <span className="thumbnail-name">{image.name}</span>
      {image.sample && <span className="thumbnail-name">{mistaken === null ? 'sample' : `wrong: ${mistaken}`}</span>}
    </>
  );
}

/** The images at hand. Radio buttons: the arrow keys walk through them. */
export function ImageStrip() {
  const items = useApp(({ images }) => images.items);
  const selectedId = useApp(({ images }) => images.selectedId);
  const isDecoding = useApp(({ images }) => images.isDecoding);
  const giveFiles = useApp((state) => state.giveFiles);
  const selectImage = useApp((state) => state.selectImage);
  const removeImage = useApp((state) => state.removeImage);
  const name = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const thumbnail = selectedId === null ? null : list.current?.querySelector('li:has(input:checked)');
    if (list.current && thumbnail) scrollWithin(list.current, thumbnail);
  }, [selectedId]);
  return (
    <nav className="image-strip" aria-label="Images">
      <FileButton label="Images" onFiles={(files) => void giveFiles(files)} />
      <p className="strip-hint">{isDecoding ? 'Reading…' : 'or drop, or paste'}</p>
      <ul ref={list}>
        {items.map((image) => (
          <li key={image.id} className="strip-item">
            <label className="thumbnail">
              <input
                type="radio"
                name={name}
                className="visually-hidden"
                checked={image.id === selectedId}
                onChange={() => selectImage(image.id)}
              />
              <img src={image.thumbnailUrl} alt="" width={88} height={88} />
              <ThumbnailName image={image} />
            </label>
            <button type="button" className="remove-button" aria-label={`Remove ${image.name}`} onClick={() => removeImage(image.id)}>
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
