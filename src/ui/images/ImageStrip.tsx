import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import { cutNames } from '../../core/reports/cut-names.ts';
import type { AppState } from '../../state/app-state.ts';
import { FileButton } from '../controls/FileButton.tsx';
import { NARROW, useMedia } from '../stage/use-media.ts';
import { useApp } from '../store-context.tsx';
import { ImageFilter } from './ImageFilter.tsx';
import { ImageMenu } from './ImageMenu.tsx';
import { KeepImages } from './KeepImages.tsx';
import { Thumbnail } from './Thumbnail.tsx';
import { useImageFilter } from './use-image-filter.ts';

/** Brings an entry into sight without moving the page, as `scrollIntoView` would. */
function scrollWithin(list: Element, entry: Element): void {
  const [outer, inner] = [list.getBoundingClientRect(), entry.getBoundingClientRect()];
  const overshoot = (start: number, end: number, from: number, to: number) => (start < from ? start - from : Math.max(0, end - to));
  list.scrollBy({
    top: overshoot(inner.top, inner.bottom, outer.top, outer.bottom),
    left: overshoot(inner.left, inner.right, outer.left, outer.right),
  });
}

/** The image that was chosen last, whether or not it is in view yet. */
function chosenId({ images }: AppState): string | null {
  return images.awaitedId ?? images.selectedId;
}

function hintOf(reading: AppState['images']['reading']): string {
  if (!reading) return 'or drop, or paste';
  return reading.total === 1 ? 'Reading…' : `Reading ${reading.done + 1} of ${reading.total}…`;
}

/** The images at hand. Radio buttons: the arrow keys walk through them. */
export function ImageStrip() {
  const chosen = useApp(chosenId);
  const reading = useApp(({ images }) => images.reading);
  const giveFiles = useApp((state) => state.giveFiles);
  const removeImage = useApp((state) => state.removeImage);
  const moveImage = useApp((state) => state.moveImage);
  const { items, ...filtering } = useImageFilter();
  // There it stands below everything that changes a map.
  const isNarrow = useMedia(NARROW);
  const names = useMemo(() => cutNames(items.map(({ name }) => name)), [items]);
  const group = useId();
  const list = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState('');
  const takesFocus = useRef(false);
  // The choice may be known before its image is, and others may come before that.
  const place = items.findIndex(({ id }) => id === chosen);
  useEffect(() => {
    const thumbnail = chosen === null || place < 0 ? null : list.current?.querySelector('.strip-item:has(input:checked)');
    if (!list.current || !thumbnail) return;
    scrollWithin(list.current, thumbnail);
    // After a removal by key, the keyboard goes on from the image that took its place.
    if (takesFocus.current) thumbnail.querySelector('input')?.focus();
    takesFocus.current = false;
  }, [chosen, place]);
  const move = (step: -1 | 1) => {
    const from = items.findIndex(({ id }) => id === chosen);
    const [image, other] = [items[from], items[from + step]];
    if (!image || !other) return;
    moveImage(image.id, other.id);
    setSaid(`${image.name}: ${from + step + 1} of ${items.length}`);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const { key, altKey, target } = event;
    if (!(target instanceof HTMLInputElement)) return;
    if (key === 'Delete' || key === 'Backspace') {
      // Where another one is in view, that stays so.
      takesFocus.current = target.value === chosen;
      removeImage(target.value);
    } else if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) move(key === 'ArrowUp' ? -1 : 1);
    else return;
    event.preventDefault();
  };
  return (
    <section className="image-strip" aria-label="Image list">
      <div className="strip-head">
        <FileButton label="Images" onFiles={(files) => void giveFiles(files)} />
        <ImageMenu chosen={items.find(({ id }) => id === chosen) ?? null} onMove={move} />
      </div>
      <p className="strip-hint">{hintOf(reading)}</p>
      <ImageFilter {...filtering} />
      <div ref={list} className="strip-list" role="radiogroup" aria-label="Image in view" onKeyDown={onKeyDown}>
        {items.map((image) => {
          const { head = '', tail = image.name } = names.get(image.name) ?? {};
          return <Thumbnail key={image.id} image={image} head={head} tail={tail} group={group} isChosen={image.id === chosen} />;
        })}
      </div>
      {items.length === 0 && filtering.filter && <p className="strip-hint">No image matches.</p>}
      {!isNarrow && <KeepImages />}
      <p className="visually-hidden" aria-live="polite">
        {said}
      </p>
    </section>
  );
}
