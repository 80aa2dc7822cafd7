/** What is said in the place of what needs the maps on screen. */
import { enumerated } from '../../core/reports/format.ts';
import { type MethodId, methodOf } from '../../explain/methods/list.ts';
import type { AppState } from '../app-state.ts';
import { figureOf } from '../explanation/figures.ts';

/** Why there is no network; empty where there is. */
export function missingModelWords({ model, device }: AppState): string {
  if (model.info) return '';
  return model.status === 'loading' || device.status === 'starting' ? 'The model is being loaded.' : 'No model is loaded.';
}

/** Why the map in a figure is not there; empty where it is. */
export function unfinishedMapWords(state: AppState, method: MethodId): string {
  const { status } = figureOf(state, method);
  if (status === 'done') return '';
  const isStopped = status === 'cancelled' || status === 'failed';
  return missingModelWords(state) || (isStopped ? 'The map was stopped: please resume it.' : 'The map is being computed.');
}

/** Why the maps on screen are not all there; empty where they are. What was stopped is waited for in vain, so that it is said how it goes on. */
export function unfinishedWords(state: AppState): string {
  const open = state.view.methods.map((id) => ({ id, status: figureOf(state, id).status })).filter(({ status }) => status !== 'done');
  if (open.length === 0) return '';
  const missing = missingModelWords(state);
  if (missing) return missing;
  const stopped = open.filter(({ status }) => status === 'cancelled' || status === 'failed');
  if (stopped.length < open.length) return 'The maps are being computed.';
  const [verb, rest] = stopped.length === 1 ? ['was', 'it in its figure'] : ['were', 'them in their figures'];
  return `${enumerated(stopped.map(({ id }) => methodOf(id).title))} ${verb} stopped: please resume ${rest}, side by side.`;
}
