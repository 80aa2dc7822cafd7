import { useEffect, useMemo, useState } from 'react';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { FigureCanvas } from '../figure/FigureCanvas.tsx';
import { useApp } from '../store-context.tsx';

/** In CSS pixels. */
const SIDE = 240;

interface Loaded {
  readonly bitmap: ImageBitmap;
  readonly width: number;
  readonly height: number;
}

/** An image of the set, small, with a map over it. It is read when it comes into sight. */
export function SetThumbnail({ path, map, description }: { path: string; map: SaliencyMap | null; description: string }) {
  const setThumbnail = useApp((state) => state.setThumbnail);
  const card = useApp(({ model }) => model.card);
  const display = useApp(({ view }) => view.display);
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let isShown = true;
    let own: ImageBitmap | null = null;
    void setThumbnail(path).then(async (thumbnail) => {
      if (!isShown || !thumbnail) return;
      const { content, width, height } = thumbnail;
      const bitmap = await createImageBitmap(content).catch(() => null);
      if (!bitmap) return;
      if (!isShown) return bitmap.close();
      own = bitmap;
      setLoaded({ bitmap, width, height });
    });
    return () => {
      isShown = false;
      own?.close();
      setLoaded(null);
    };
  }, [path, setThumbnail]);
  const content = useMemo(
    () =>
      card &&
      loaded && {
        image: { width: loaded.width, height: loaded.height },
        map,
        limit: null,
        input: card.input,
        fit: card.preprocessing.fit,
        display,
      },
    [card, loaded, map, display],
  );
  return (
    <span className="set-thumbnail">
      {loaded && content && <FigureCanvas image={loaded} content={content} description={description} maxSide={SIDE} />}
    </span>
  );
}
