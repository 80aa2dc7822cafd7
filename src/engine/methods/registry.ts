import type { Work, WorkKind } from '../../protocol/engine.ts';
import { ablationCam } from './ablation-cam.ts';
import { fastAblationCam } from './fast-ablation-cam.ts';
import { firstOrder } from './first-order.ts';
import { gradCam } from './grad-cam.ts';
import type { Method, MethodContext } from './method.ts';

/** Every method the engine knows. A new one is a file beside these, a line here, and its description in `core/methods.ts`. */
const METHODS: { readonly [Kind in WorkKind]: Method<Kind> } = {
  'grad-cam': gradCam,
  'first-order': firstOrder,
  'fast-ablation-cam': fastAblationCam,
  'ablation-cam': ablationCam,
};

/** Hands the work to the method that does it. */
export function runMethod<Kind extends WorkKind>(context: MethodContext, work: Extract<Work, { method: Kind }>): Promise<void> {
  const method: Method<Kind> = METHODS[work.method as Kind];
  return method.run(context, work);
}
