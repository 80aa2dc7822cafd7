import { selectedImage } from '../../state/view/in-view.ts';
import { NumberField } from '../controls/NumberField.tsx';
import { useApp } from '../store-context.tsx';

const SIDES = [
  ['left', 'Left'],
  ['top', 'Top'],
  ['width', 'Width'],
  ['height', 'Height'],
] as const;

/** The box around what should matter: drawn over a figure, or typed. */
export function BoxFields() {
  const image = useApp(selectedImage);
  const drawn = useApp(({ faithfulness }) => faithfulness.box);
  const isDrawing = useApp(({ faithfulness }) => faithfulness.isDrawingBox);
  const drawBox = useApp((state) => state.drawBox);
  const setBox = useApp((state) => state.setBox);
  if (!image) return null;
  const box = drawn?.imageId === image.id ? drawn.box : null;
  const { width, height, sample } = image;
  const middle = { left: width / 4, top: height / 4, width: width / 2, height: height / 2 };
  return (
    <div className="box-fields">
      <button type="button" className="small-button" aria-pressed={isDrawing} onClick={() => drawBox(!isDrawing)}>
        {isDrawing ? 'Drag over a figure…' : 'Draw a box'}
      </button>
      {box ? (
        <>
          {SIDES.map(([side, title]) => (
            <NumberField
              key={side}
              label={`${title} (px)`}
              value={Math.round(box[side])}
              min={side === 'left' || side === 'top' ? 0 : 1}
              max={{ left: width - box.width, top: height - box.height, width: width - box.left, height: height - box.top }[side]}
              step={1}
              takes="the-last-one"
              onChange={(value) => setBox({ imageId: image.id, box: { ...box, [side]: value } })}
            />
          ))}
          <button type="button" className="small-button" onClick={() => setBox(null)}>
            Remove the box
          </button>
        </>
      ) : (
        <button type="button" className="small-button" onClick={() => setBox({ imageId: image.id, box: sample?.box ?? middle })}>
          {sample?.box ? 'Box around the object' : 'Box in the middle'}
        </button>
      )}
      <p className="field-hint">A box around what should matter adds the pointing game and the energy inside it.</p>
    </div>
  );
}
