import { PickleFault, PickleGlobal, PickleStorage, type PickleValue } from './pickle/pickle-values.ts';

/** How torch names what it keeps beside its pickle: `('storage', class, key, device, count[, view])`, of old also `('module', class, …)`. */
export function persistentValue(id: PickleValue): PickleValue {
  const [what, kind = null, key, , count = null, view] = Array.isArray(id) ? id : [];
  if (what === 'module' && kind instanceof PickleGlobal) return kind;
  const isKey = typeof key === 'string' || typeof key === 'number';
  if (what !== 'storage' || !(kind instanceof PickleGlobal) || !isKey)
    throw new PickleFault('it refers to something else than numbers beside it');
  const [, start = 0] = Array.isArray(view) ? view : [];
  return new PickleStorage(kind.path, String(key), count, start);
}
