/** Of which methods max-sensitivity is measured, in view. */
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { SensitivitySettings } from '../../metrics/max-sensitivity.ts';
import { type SensitiveMethod, sensitiveMethods } from '../../sets/max-sensitivity.ts';
import type { AppState } from '../app-state.ts';
import { asPlanned, networkAsPlanned } from '../explanation/layer-plans.ts';
import { ablationInView, layerInView } from '../view/in-view.ts';

/** At the layer in view. */
export function sensitiveAmong(
  state: AppState,
  methods: readonly MethodId[],
  settings: SensitivitySettings | undefined,
): readonly SensitiveMethod[] {
  const layer = layerInView(state);
  const info = networkAsPlanned(state);
  if (!layer || !info) return [];
  const planned = asPlanned(state, layer);
  return sensitiveMethods(methods, settings, (id) => methodOf(id).cost(planned, ablationInView(state), info).passes);
}

/** Of the methods on screen. */
export function sensitiveInView(state: AppState): readonly SensitiveMethod[] {
  return sensitiveAmong(state, state.view.methods, state.faithfulness.settings.sensitivity);
}
