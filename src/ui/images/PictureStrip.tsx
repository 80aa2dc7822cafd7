import { useEffect, useId, useRef } from 'react';
import { mistakenName } from '../../state/explanation/selectors.ts';
import type { Picture } from '../../state/images/picture-state.ts';
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

function ThumbnailName({ picture }: { picture: Picture }) {
  const mistaken = useApp((state) => mistakenName(picture, state));
  return (
    <>
      <span className="thumbnail-name">{picture.name}</span>
      {picture.sample && <span className="thumbnail-name">{mistaken === null ? 'sample' : `wrong: ${mistaken}`}</span>}
    </>
  );
}

/** The pictures at hand. Radio buttons: the arrow keys walk through them. */
export function PictureStrip() {
  const items = useApp(({ pictures }) => pictures.items);
  const selectedId = useApp(({ pictures }) => pictures.selectedId);
  const isDecoding = useApp(({ pictures }) => pictures.isDecoding);
  const addPictures = useApp((state) => state.addPictures);
  const selectPicture = useApp((state) => state.selectPicture);
  const removePicture = useApp((state) => state.removePicture);
  const name = useId();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const thumbnail = selectedId === null ? null : list.current?.querySelector('li:has(input:checked)');
    if (list.current && thumbnail) scrollWithin(list.current, thumbnail);
  }, [selectedId]);
  return (
    <nav className="picture-strip" aria-label="Pictures">
      <FileButton label="Pictures" onFiles={(files) => void addPictures(files)} />
      <p className="strip-hint">{isDecoding ? 'Reading…' : 'or drop, or paste'}</p>
      <ul ref={list}>
        {items.map((picture) => (
          <li key={picture.id} className="strip-item">
            <label className="thumbnail">
              <input
                type="radio"
                name={name}
                className="visually-hidden"
                checked={picture.id === selectedId}
                onChange={() => selectPicture(picture.id)}
              />
              <img src={picture.thumbnailUrl} alt="" width={88} height={88} />
              <ThumbnailName picture={picture} />
            </label>
            <button type="button" className="remove-button" aria-label={`Remove ${picture.name}`} onClick={() => removePicture(picture.id)}>
              <span aria-hidden="true">×</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}
