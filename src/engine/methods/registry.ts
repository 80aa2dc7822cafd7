import type { MethodId } from '../../explain/methods/list.ts';
import { isSweepWork, type Work } from '../../explain/work.ts';
import { ablationCam } from './ablation-cam.ts';
import { eigenCam } from './eigen-cam.ts';
import { fastAblationCam } from './fast-ablation-cam.ts';
import { eigenGradCam } from './gradient/eigen-grad-cam.ts';
import { firstOrder } from './gradient/first-order.ts';
import { gradCam } from './gradient/grad-cam.ts';
import { gradCamPlusPlus } from './gradient/grad-cam-plus-plus.ts';
import { hiResCam } from './gradient/hires-cam.ts';
import { layerCam } from './gradient/layer-cam.ts';
import { xGradCam } from './gradient/xgrad-cam.ts';
import { occlusion } from './input/occlusion.ts';
import { rise } from './input/rise.ts';
import { scoreCam } from './input/score-cam.ts';
import type { Computation, MethodContext } from './method.ts';
import { reciproCam } from './recipro-cam.ts';

/** How each method is computed, and the estimate of a long sweep. A new method is a file beside these, a line here, and its descriptor. */
const COMPUTATIONS: Readonly<Record<MethodId | 'first-order', Computation>> = {
  'grad-cam': gradCam,
  'first-order': firstOrder,
  'fast-ablation-cam': fastAblationCam,
  'ablation-cam': ablationCam,
  'hires-cam': hiResCam,
  'layer-cam': layerCam,
  'grad-cam-plus-plus': gradCamPlusPlus,
  'xgrad-cam': xGradCam,
  'eigen-grad-cam': eigenGradCam,
  'eigen-cam': eigenCam,
  'recipro-cam': reciproCam,
  'score-cam': scoreCam,
  occlusion,
  rise,
};

/** Whether the engine has a computation for it. */
export function isComputed(method: string): method is keyof typeof COMPUTATIONS {
  return Object.hasOwn(COMPUTATIONS, method);
}

/** Hands the work to the method that does it. */
export function runMethod(context: MethodContext, work: Work): Promise<void> {
  const computation = isComputed(work.method) ? COMPUTATIONS[work.method] : null;
  if (computation?.kind === 'sweep' && isSweepWork(work)) return computation.run(context, work);
  if (computation?.kind === 'map' && !isSweepWork(work)) return computation.run(context, work);
  throw new RangeError(`the engine knows no ${work.method} of this kind`);
}
