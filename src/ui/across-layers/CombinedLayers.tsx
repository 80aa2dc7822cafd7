import { COMBINATIONS, type Combination } from '../../core/maps/combined-layers.ts';
import { positiveMaxOf } from '../../core/maps/map-comparison.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import { combinedOver } from '../../state/across-layers/depth-maps.ts';
import { depthMethods, layerToAdd } from '../../state/across-layers/depth-selectors.ts';
import { selectedImage } from '../../state/view/in-view.ts';
import { Choice } from '../controls/Choice.tsx';
import { DerivedFigure } from '../figure/derived/DerivedFigure.tsx';
import { useApp } from '../store-context.tsx';

const TITLES: Readonly<Record<Combination, string>> = { mean: 'Mean', product: 'Product' };

function CombinedFigure({ method }: { method: MethodId }) {
  const image = useApp(selectedImage);
  const combined = useApp((state) => combinedOver(state, method));
  if (!image || !combined) return null;
  const { map } = combined;
  const nothing = positiveMaxOf(map.values) === 0 ? ': no place speaks for the class at every layer' : '';
  return (
    <DerivedFigure image={image} derived={combined} name={methodOf(method).title} words={`${map.rows} × ${map.columns} cells${nothing}`} />
  );
}

/** The maps of chosen layers in one: fine as the first of them, sure as the last. */
export function CombinedLayers() {
  const columns = useApp(({ depth }) => depth.columns);
  const methods = useApp(depthMethods);
  const { leftOut, combination } = useApp(({ depth }) => depth);
  const setCombined = useApp((state) => state.setCombined);
  const toAdd = useApp((state) => layerToAdd(state)?.name ?? null);
  const addDepthLayer = useApp((state) => state.addDepthLayer);
  const layers = columns.map(({ layer }) => layer.name).filter((name) => !leftOut.includes(name));
  return (
    <section className="combined" aria-labelledby="combined-title">
      <h3 id="combined-title">Several layers in one map</h3>
      <div className="combined-settings">
        <Choice
          label="Put together"
          options={COMBINATIONS.map((value) => ({ value, title: TITLES[value] }))}
          value={combination}
          onChoose={(chosen) => setCombined({ combination: chosen })}
        />
        <fieldset className="combined-layers">
          <legend className="field-label">Layers</legend>
          {columns.map(({ layer: { name }, title }) => (
            <label key={name} className="check-field">
              <input
                type="checkbox"
                checked={!leftOut.includes(name)}
                onChange={({ target }) =>
                  setCombined({ leftOut: target.checked ? leftOut.filter((out) => out !== name) : [...leftOut, name] })
                }
              />
              {title}
            </label>
          ))}
        </fieldset>
        {toAdd !== null && (
          <button type="button" className="small-button" onClick={() => void addDepthLayer()}>
            Add {toAdd}
          </button>
        )}
      </div>
      {layers.length < 2 && (
        <p className="field-hint">
          Two layers are needed{columns.length < 2 && toAdd === null ? ': choose another layer above, and add it here' : ''}.
        </p>
      )}
      <div className="combined-maps">
        {methods.map((method) => (
          <CombinedFigure key={method} method={method} />
        ))}
      </div>
      <p className="depth-detail">
        Of each layer what speaks for the class, as a share of its largest value, on the finest grid. In the product (RefineCAM) a place
        must matter at every layer. Methods that hide parts of the image itself have one map for all layers, and are left out.
      </p>
    </section>
  );
}
