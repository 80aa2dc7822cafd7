import { METHODS as DESCRIPTORS, type MethodId } from '../explain/methods/list.ts';
import type { Method } from '../explain/methods/method.ts';

/** A method of explanation, in words. */
export type MethodInfo = Pick<Method<MethodId>, 'id' | 'title' | 'group' | 'purpose' | 'summary' | 'source' | 'unit' | 'isSignChosen'>;

/** Every method, in the order in which the page shows them, with its source. */
export const METHODS: readonly MethodInfo[] = DESCRIPTORS;
