/** What kinds of file a drawn network is given as. */
import type { Dialect } from './network.ts';

export type FileFormat = 'h5' | 'keras' | 'tfjs';

/** The formats that hold a network of this dialect. */
export function formatsOf(dialect: Dialect): readonly FileFormat[] {
  return dialect === 'keras-3' ? ['keras', 'h5', 'tfjs'] : ['h5', 'tfjs'];
}
