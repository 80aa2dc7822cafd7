import type { Frame, Size } from '../../core/images/geometry.ts';
import type { DisplaySettings } from '../../core/maps/display.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { StageCanvas } from '../figure/StageCanvas.tsx';
import { useFigureContent } from '../figure/use-figure-content.ts';
import { useApp } from '../store-context.tsx';

interface CompareCanvasProps {
  readonly map: SaliencyMap | null;
  readonly limit: number | null;
  /** In place of the page's settings; null: the page's. */
  readonly display: DisplaySettings | null;
  readonly description: string;
  readonly box: Size;
  readonly place: Frame;
}

/** The image on screen under one of the compared maps. */
export function CompareCanvas({ map, limit, display, description, box, place }: CompareCanvasProps) {
  const image = useApp(selectedImage);
  const content = useFigureContent(map, limit, display);
  if (!image || !content) return null;
  return <StageCanvas image={image} content={content} isEstimate={null} description={description} box={box} place={place} />;
}
