import { asObject } from '../json.ts';
import type { Json } from '../network/artifacts.ts';

/** The metadata that Teachable Machine writes beside its models. */
export function isTeachableMachine(json: Json): boolean {
  const { tmVersion, packageName } = asObject(json) ?? {};
  return typeof tmVersion === 'string' || (typeof packageName === 'string' && packageName.startsWith('@teachablemachine/'));
}
