/**
 * ReciproCAM (Byun & Lee, 2022, section 3), FastAblationCAM's mirror image: only a window of cells is kept, with all its channels, and
 * everything else is replaced, by default zeroed.
 */
import { windowSweep } from './sweeps/window-sweep.ts';

export const reciproCam = windowSweep('others');
