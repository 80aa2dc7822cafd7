import { useEffect, useMemo, useRef } from 'react';
import type { ModelCard } from '../../core/models/model-card.ts';
import { formatValue } from '../../core/reports/format.ts';
import { previewInput } from '../../platform/preview-input.ts';
import { pixelsOf } from '../../state/images/image-state.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

/** The selected image as the network gets it. */
export function InputPreview({ card: { input, preprocessing } }: { card: ModelCard }) {
  const pixels = useApp((state) => {
    const image = selectedImage(state);
    return image && pixelsOf(image);
  });
  const canvas = useRef<HTMLCanvasElement>(null);
  const preview = useMemo(() => pixels && previewInput(pixels, input, preprocessing), [pixels, input, preprocessing]);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    context?.clearRect(0, 0, input.width, input.height);
    if (preview) context?.putImageData(preview.image, 0, 0);
  }, [preview, input]);
  const order = preprocessing.channels === 'grey' ? 'luminance' : preprocessing.channels.toUpperCase();
  return (
    <figure className="input-preview" aria-label="What the network sees">
      <canvas ref={canvas} width={input.width} height={input.height} role="img" aria-label="The image as the network gets it" />
      <figcaption className="field-hint">
        {input.width} × {input.height} px, {order}
        <br />
        {preview ? `values ${formatValue(preview.range[0])} to ${formatValue(preview.range[1])}` : '\u00a0'}
      </figcaption>
    </figure>
  );
}
