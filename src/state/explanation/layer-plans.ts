/** What copies of the network's layers take: planned by the engine once the model is on screen, as that takes a while and keeps nobody waiting. */
import type { LayerInfo } from '../../explain/layer-info.ts';
import type { Engine, ModelInfo } from '../../protocol/engine.ts';
import type { AppState } from '../app-state.ts';
import type { WatchedStore } from '../slice.ts';

/** Whether those of the model on screen are made: until then nobody can say how long anything takes. */
export function isPlanned({ plans, model }: Pick<AppState, 'plans' | 'model'>): boolean {
  return plans !== null && plans.info === model.info;
}

/** A layer of the model on screen with its plans; null while they are not made. */
export function plannedLayer(state: AppState, { name }: Pick<LayerInfo, 'name'>): LayerInfo | null {
  return isPlanned(state) ? (state.plans?.layers.get(name) ?? null) : null;
}

/** With its plans, or as whole tails have it. */
export function asPlanned(state: AppState, layer: LayerInfo): LayerInfo {
  return plannedLayer(state, layer) ?? layer;
}

/** The network on screen with what is planned for copies of it; null where there is none. */
export function networkAsPlanned(state: AppState): ModelInfo | null {
  return isPlanned(state) ? (state.plans?.network ?? null) : state.model.info;
}

/** The network that has no plans yet, once it can be asked for them. */
function unplanned(state: AppState): ModelInfo | null {
  const { device, model } = state;
  return device.status === 'ready' && model.status === 'ready' && !isPlanned(state) ? model.info : null;
}

/** Asks for the plans of every network that comes on screen. */
export function followPlans(store: WatchedStore, engineInUse: () => Engine | null): void {
  let controller = new AbortController();
  store.subscribe(unplanned, async (info) => {
    controller.abort();
    controller = new AbortController();
    const { signal } = controller;
    if (!info) return;
    // What goes wrong with an engine is said by whoever needs it: without plans nothing fails.
    const planned = await engineInUse()
      ?.planLayers(signal)
      .catch(() => null);
    if (!planned || signal.aborted) return;
    // Of several calls of one layer the first one counts, as everywhere.
    const layers = new Map(planned.layers.toReversed().map((layer) => [layer.name, layer]));
    store.setState({ plans: { info, network: { ...info, ...planned }, layers } });
  });
}
