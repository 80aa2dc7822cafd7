import { inputFrame } from '../../core/images/geometry.ts';
import { layerInView, selectedImage } from '../../state/view/in-view.ts';
import { FigureOverlay, type PointedMap } from '../figure/FigureOverlay.tsx';
import { useApp } from '../store-context.tsx';

/** Over compared maps as over every figure: cells are ablated, and the values of what is compared are told at the pointer. */
export function CompareOverlay({ title, maps }: { title: string; maps: readonly PointedMap[] }) {
  const image = useApp(selectedImage);
  const layer = useApp(layerInView);
  const card = useApp(({ model }) => model.card);
  // Before the model is there, its samples' maps say what cells there are.
  const grid = layer ?? maps[0]?.map;
  if (!image || !card || !grid) return null;
  const frame = inputFrame(image, card.input, card.preprocessing.fit);
  return <FigureOverlay title={title} grid={grid} maps={maps} image={image} imageId={image.id} frame={frame} />;
}
