/** Small settings that outlive a visit. Private windows may refuse storage: then they last for the visit. */

const KEY = 'preferences';

export function readPreferences(): unknown {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
}

export function writePreferences(preferences: unknown): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Nothing is lost but a convenience.
  }
}
