import type { MethodId } from '../../core/methods.ts';
import { fastAblationCam } from './fast-ablation-cam.ts';
import { gradCam } from './grad-cam.ts';
import type { Method } from './method.ts';

/** Every method the engine knows. A new one is a file beside these, a line here, and its description in `core/methods.ts`. */
export const METHOD_REGISTRY: Readonly<Record<MethodId, Method>> = {
  'grad-cam': gradCam,
  'fast-ablation-cam': fastAblationCam,
};
