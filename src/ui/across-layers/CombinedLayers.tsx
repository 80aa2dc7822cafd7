import { useState } from 'react';
import { COMBINATIONS, type Combination } from '../../core/maps/combined-layers.ts';
import { positiveMaxOf } from '../../core/maps/map-comparison.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { combinedOver } from '../../state/across-layers/combined-depth.ts';
import { depthMethods } from '../../state/across-layers/depth-selectors.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { Choice } from '../controls/Choice.tsx';
import { MapThumbnail } from '../drawer/MapThumbnail.tsx';
import { useApp } from '../store-context.tsx';

const TITLES: Readonly<Record<Combination, string>> = { mean: 'Mean', product: 'Product' };

interface CombinedFigureProps {
  readonly method: MethodId;
  readonly layers: readonly string[];
  readonly combination: Combination;
}

function CombinedFigure({ method, layers, combination }: CombinedFigureProps) {
  const image = useApp(selectedImage);
  const combined = useApp((state) => combinedOver(state, method, layers, combination));
  const pinLayers = useApp((state) => state.pinLayers);
  if (!image || !combined) return null;
  const { title, map } = combined;
  return (
    <figure className="combined-map" aria-label={title}>
      <MapThumbnail image={image} map={map} description={title} />
      <figcaption className="depth-detail">
        {methodOf(method).title}, {map.rows} × {map.columns} cells
        {positiveMaxOf(map.values) === 0 && ': no place speaks for the class at every layer'}
      </figcaption>
      <button type="button" className="small-button" onClick={() => pinLayers(method, layers, combination)}>
        Pin to compare
      </button>
    </figure>
  );
}

/** The maps of chosen layers in one: fine as the first of them, sure as the last. */
export function CombinedLayers() {
  const columns = useApp(({ depth }) => depth.columns);
  const methods = useApp(depthMethods);
  const [leftOut, setLeftOut] = useState<readonly string[]>([]);
  const [combination, setCombination] = useState<Combination>('mean');
  const layers = columns.map(({ layer }) => layer.name).filter((name) => !leftOut.includes(name));
  return (
    <section className="combined" aria-labelledby="combined-title">
      <h3 id="combined-title">Several layers in one map</h3>
      <div className="combined-settings">
        <Choice
          label="Put together"
          options={COMBINATIONS.map((value) => ({ value, title: TITLES[value] }))}
          value={combination}
          onChoose={setCombination}
        />
        <fieldset className="combined-layers">
          <legend className="field-label">Layers</legend>
          {columns.map(({ layer: { name, block } }) => (
            <label key={name} className="check-field">
              <input
                type="checkbox"
                checked={!leftOut.includes(name)}
                onChange={({ target }) => setLeftOut(target.checked ? leftOut.filter((out) => out !== name) : [...leftOut, name])}
              />
              {block}
            </label>
          ))}
        </fieldset>
      </div>
      {layers.length < 2 && <p className="field-hint">Two layers are needed.</p>}
      <div className="combined-maps">
        {methods.map((method) => (
          <CombinedFigure key={method} method={method} layers={layers} combination={combination} />
        ))}
      </div>
      <p className="depth-detail">
        Of each layer what speaks for the class, as a share of its largest value, on the finest grid. In the product (RefineCAM) a place
        must matter at every layer.
      </p>
    </section>
  );
}
