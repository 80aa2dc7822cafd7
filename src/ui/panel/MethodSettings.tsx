import { costWords } from '../../core/reports/format.ts';
import { METHODS, type MethodId } from '../../explain/methods/list.ts';
import type { Method } from '../../explain/methods/method.ts';
import { expectedCost } from '../../state/explanation/device-costs.ts';
import { layerInView } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

function MethodChoice({ id, title, summary }: Method<MethodId>) {
  const isShown = useApp(({ view }) => view.methods.includes(id));
  const isOnly = useApp(({ view }) => view.methods.length === 1);
  const cost = useApp((state) => {
    const layer = layerInView(state);
    return layer ? costWords(expectedCost(state, id, layer)) : '';
  });
  const setMethodShown = useApp((state) => state.setMethodShown);
  return (
    <label className="method-choice" title={summary}>
      <input
        type="checkbox"
        checked={isShown}
        // Without any figure there would be nothing to look at.
        disabled={isShown && isOnly}
        onChange={({ target }) => setMethodShown(id, target.checked)}
      />
      <span>{title}</span>
      <span className="method-cost">{cost || '\u00a0'}</span>
    </label>
  );
}

/** Which figures are shown, and what each costs at the layer in view. */
export function MethodSettings() {
  return (
    <section aria-labelledby="methods-title" className="panel-section">
      <h2 id="methods-title">Methods</h2>
      <div className="method-choices">
        {METHODS.map((method) => (
          <MethodChoice key={method.id} {...method} />
        ))}
      </div>
    </section>
  );
}
