import { CHOSEN_SIGN } from '../../explain/methods/method.ts';
import { Term } from './Term.tsx';

/** What must be known to read a map right; what it means is a click away where that is not plain. */
export function Caveat({ children }: { children: string }) {
  return children === CHOSEN_SIGN ? <Term name="chosen-sign">{children}</Term> : children;
}
