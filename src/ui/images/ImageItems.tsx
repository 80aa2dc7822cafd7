import type { ListedImage } from '../../state/images/image-state.ts';
import { MenuItem, MenuLine } from '../controls/menu/MenuItem.tsx';
import { useApp } from '../store-context.tsx';

export interface ImageMenuProps {
  /** The one in view; null where there is none. */
  readonly chosen: ListedImage | null;
  readonly onMove: (step: -1 | 1) => void;
}

export function ImageItems({ chosen, onMove }: ImageMenuProps) {
  const items = useApp(({ images }) => images.items);
  const hasRemovedSamples = useApp(({ images }) => Object.values(images.removedSamples).some((names) => names.length > 0));
  const removeImages = useApp((state) => state.removeImages);
  const bringSamplesBack = useApp((state) => state.bringSamplesBack);
  const samples = items.filter(({ sample }) => sample);
  const own = items.filter(({ sample }) => !sample);
  const remove = (images: readonly ListedImage[]) => removeImages(images.map(({ id }) => id));
  return (
    <>
      {chosen && (
        <>
          <MenuItem title={`Remove ${chosen.name}`} hint="Delete" onSelect={() => remove([chosen])} />
          <MenuItem title="Move it towards the front" hint="Alt ↑, or drag it" onSelect={() => onMove(-1)} />
          <MenuItem title="Move it towards the end" hint="Alt ↓, or drag it" onSelect={() => onMove(1)} />
          <MenuLine />
        </>
      )}
      <MenuItem title="Remove all my images" whyNot={own.length === 0 ? 'There are none.' : ''} onSelect={() => remove(own)} />
      <MenuItem title="Remove all samples" whyNot={samples.length === 0 ? 'There are none.' : ''} onSelect={() => remove(samples)} />
      <MenuItem title="Bring samples back" whyNot={hasRemovedSamples ? '' : 'None was removed.'} onSelect={() => void bringSamplesBack()} />
    </>
  );
}
