/**
 * FastAblationCAM: depthwise ablation. All channels of a window of cells are replaced, by default zeroed. After the Ablation-CAM of Desai &
 * Ramaswamy (WACV 2020), which zeroes out a channel at all cells in place of a cell in all channels.
 */
import { windowSweep } from './sweeps/window-sweep.ts';

export const fastAblationCam = windowSweep('window');
