/** Every method that the app knows, in the order of its figures. A new one is a file beside these and a line here. */
import { ablationCam } from './ablation-cam.ts';
import { eigenCam } from './eigen-cam.ts';
import { fastAblationCam } from './fast-ablation-cam.ts';
import { eigenGradCam } from './gradient/eigen-grad-cam.ts';
import { gradCam } from './gradient/grad-cam.ts';
import { gradCamPlusPlus } from './gradient/grad-cam-plus-plus.ts';
import { hiResCam } from './gradient/hires-cam.ts';
import { layerCam } from './gradient/layer-cam.ts';
import { xGradCam } from './gradient/xgrad-cam.ts';
import { occlusion } from './input/occlusion.ts';
import { rise } from './input/rise.ts';
import type { Method, SweepMethod } from './method.ts';
import { reciproCam } from './recipro-cam.ts';
import { scoreCam } from './score-cam.ts';

const LIST = [
  gradCam,
  fastAblationCam,
  ablationCam,
  hiResCam,
  layerCam,
  gradCamPlusPlus,
  xGradCam,
  eigenGradCam,
  eigenCam,
  reciproCam,
  scoreCam,
  occlusion,
  rise,
] as const;

export type MethodId = (typeof LIST)[number]['id'];

export const METHODS: readonly Method<MethodId>[] = LIST;

/** What a first visit shows: the reference that everybody knows, and the method that this is about. */
export const DEFAULT_METHODS: readonly MethodId[] = ['grad-cam', 'fast-ablation-cam'];

/** As many figures as can be told apart on one screen. */
export const MOST_SHOWN = 6;

/** @throws RangeError for an id that no method has */
export function methodOf(id: string): Method<MethodId> {
  const found = METHODS.find((method) => method.id === id);
  if (!found) throw new RangeError(`unknown method ${id}`);
  return found;
}

function isSweepMethod(method: Method): method is SweepMethod {
  return 'begin' in method;
}

/** @throws RangeError for an id that no method with a sweep has */
export function sweepMethod(id: string): SweepMethod {
  const method = methodOf(id);
  if (!isSweepMethod(method)) throw new RangeError(`${id} is no sweep`);
  return method;
}
