import { methodOf } from '../explain/methods/list.ts';
import { RANDOM_MAP } from '../metrics/random-map.ts';

/** What a measured map is called: a method's, or the one that knows nothing. */
export function mapTitle(id: string): string {
  return id === RANDOM_MAP.id ? RANDOM_MAP.title : methodOf(id).title;
}
