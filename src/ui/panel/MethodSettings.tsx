import { costWords } from '../../core/reports/format.ts';
import { METHODS, type MethodId, MOST_SHOWN } from '../../explain/methods/list.ts';
import type { Method, MethodGroup } from '../../explain/methods/method.ts';
import { expectedCost } from '../../state/explanation/expected-cost.ts';
import { layerInView } from '../../state/view/in-view.ts';
import { useApp } from '../store-context.tsx';

const GROUPS: readonly { readonly id: MethodGroup; readonly title: string }[] = [
  { id: 'gradient', title: 'By gradient: one backward pass for all of them' },
  { id: 'ablation', title: 'By taking parts away' },
  { id: 'no-class', title: 'Without a class' },
];

/** Why some cannot be chosen, or left out; empty where all can. */
function hintOn(count: number): string {
  // Without any figure there would be nothing to look at.
  if (count === 1) return 'One figure at least: show another to leave this one out.';
  return count >= MOST_SHOWN ? `${MOST_SHOWN} figures at most: leave one out to show another.` : '';
}

function MethodChoice({ id, title, purpose, summary }: Method<MethodId>) {
  const isShown = useApp(({ view }) => view.methods.includes(id));
  const count = useApp(({ view }) => view.methods.length);
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
        disabled={isShown ? count === 1 : count >= MOST_SHOWN}
        aria-describedby={hintOn(count) ? 'methods-hint' : undefined}
        onChange={({ target }) => setMethodShown(id, target.checked)}
      />
      <span>{title}</span>
      <span className="method-cost">{purpose}</span>
      <span className="method-cost">{cost || '\u00a0'}</span>
    </label>
  );
}

/** Which figures are shown, what each is good for, and what it costs at the layer in view. */
export function MethodSettings() {
  const hint = useApp(({ view }) => hintOn(view.methods.length));
  const groups = GROUPS.map((group) => ({ ...group, methods: METHODS.filter((method) => method.group === group.id) }));
  return (
    <section aria-labelledby="methods-title" className="panel-section">
      <h2 id="methods-title">Methods</h2>
      {groups.map(({ id, title, methods }) => (
        <fieldset key={id} className="method-choices">
          <legend>{title}</legend>
          {methods.map((method) => (
            <MethodChoice key={method.id} {...method} />
          ))}
        </fieldset>
      ))}
      {/* Always there, so that a screen reader hears it change. */}
      <p id="methods-hint" className="method-cost" role="note">
        {hint}
      </p>
    </section>
  );
}
