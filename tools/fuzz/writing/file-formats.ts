/** What kinds of file a drawn network is given as. */
import type { Dialect } from '../network.ts';

export type FileFormat = 'h5' | 'keras' | 'tfjs';

/**
 * The formats that hold a network of this dialect.
 *
 * @param hasOwnNames whether no two layers have one name, inside other models neither: tf.js knows weights by these alone
 */
export function formatsOf(dialect: Dialect, hasOwnNames: boolean): readonly FileFormat[] {
  const ofKeras: readonly FileFormat[] = dialect === 'keras-3' ? ['keras', 'h5'] : ['h5'];
  return hasOwnNames ? [...ofKeras, 'tfjs'] : ofKeras;
}
