/** How many engines share the work: as many as the device has cores and memory for, or as a person says. */
import type { AppState } from '../app-state.ts';
import { budgetBytes } from '../explanation/device-costs.ts';

/** More engines than this are no quicker: they wait for the same memory. */
const MOST_ENGINES = 16;
/** By itself the page takes no more than this. */
const MOST_AUTOMATIC = 8;

/** Half of the browsers do not tell; what is common among phones and old laptops. */
const ASSUMED_GB = 4;
/** The share of the device's memory that engines may take by themselves: other pages are open too. */
const SHARE_OF_MEMORY = 0.25;
/** The program itself, and what tf.js holds beside weights and batches. */
const ENGINE_BYTES = 60e6;
const BYTES_PER_PARAMETER = 4;
/** Each engine has the weights as they came, and as its kernels want them. */
const COPIES_OF_WEIGHTS = 2;

type Shown = Pick<AppState, 'device' | 'machine' | 'model' | 'view'>;

/** A GPU works through whatever one engine gives it. */
export function canHaveEngines({ device, machine }: Pick<Shown, 'device' | 'machine'>): boolean {
  return device.info !== null && device.info.backend !== 'webgpu' && machine.cores > 1;
}

/** How many can be chosen. */
export function mostEngines({ machine }: Pick<Shown, 'machine'>): number {
  return Math.max(1, Math.min(MOST_ENGINES, machine.cores));
}

/** What each engine more takes in the device's memory while it runs, in bytes. */
function engineBytes(state: AppState): number {
  const parameters = state.model.info?.parameterCount ?? 0;
  return ENGINE_BYTES + COPIES_OF_WEIGHTS * BYTES_PER_PARAMETER * parameters + budgetBytes(state);
}

/** As many as there are cores, of which the first engine may take several, and memory for. */
export function automaticEngines(state: AppState): number {
  if (!canHaveEngines(state)) return 1;
  const { memoryGb } = state.machine;
  const others = mostEngines(state) - (state.device.info?.threads ?? 1);
  const fitting = Math.floor(((memoryGb ?? ASSUMED_GB) * 1e9 * SHARE_OF_MEMORY) / engineBytes(state));
  return Math.max(1, Math.min(1 + others, MOST_AUTOMATIC, fitting));
}

/** How many engines share what is worth sharing. */
export function enginesInUse(state: AppState): number {
  if (!canHaveEngines(state)) return 1;
  const { engines } = state.view;
  return engines === null ? automaticEngines(state) : Math.min(engines, mostEngines(state));
}
