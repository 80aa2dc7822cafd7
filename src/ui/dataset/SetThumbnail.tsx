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
  readonly isDrawn: boolean;
}

interface SetThumbnailProps {
  readonly path: string;
  readonly mapId: string;
  /** Null where it is not at hand. */
  readonly map: SaliencyMap | null;
  readonly description: string;
}

/** An image of the set, small, with a map over it. It is read when it comes into sight. */
export function SetThumbnail({ path, mapId, map, description }: SetThumbnailProps) {
  const setThumbnail = useApp((state) => state.setThumbnail);
  const card = useApp(({ model }) => model.card);
  const run = useApp(({ set }) => set.run);
  const fit = useApp(({ set }) => set.kept?.preprocessing.fit);
  const display = useApp(({ view }) => view.display);
  // Of results the image may be missing, or a map's numbers; as it was drawn, every map is another image.
  const drawnMap = run && mapId;
  const isUnknown = map === null;
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let isShown = true;
    const wantsDrawn = isUnknown || run?.images.has(path) === false;
    void setThumbnail(path, wantsDrawn ? drawnMap : null).then(async (thumbnail) => {
      if (!isShown || !thumbnail) return;
      const { content, width, height, isDrawn } = thumbnail;
      const bitmap = await createImageBitmap(content).catch(() => null);
      if (!bitmap) return;
      if (!isShown) return bitmap.close();
      setLoaded({ bitmap, width, height, isDrawn });
    });
    return () => {
      isShown = false;
      setLoaded(null);
    };
  }, [path, setThumbnail, run, isUnknown, drawnMap]);
  // Only once nothing draws it any more: a frame may still be on its way when another one is asked for.
  useEffect(() => () => loaded?.bitmap.close(), [loaded]);
  const input = run?.input ?? card?.input;
  const content = useMemo(
    () =>
      input &&
      fit &&
      loaded && {
        image: { width: loaded.width, height: loaded.height },
        map: loaded.isDrawn ? null : map,
        limit: null,
        input,
        fit,
        display,
      },
    [input, fit, loaded, map, display],
  );
  return (
    <span className="set-thumbnail">
      {loaded && content && <FigureCanvas image={loaded} content={content} description={description} maxSide={SIDE} />}
    </span>
  );
}
