/** A setting for rows and columns, or one for both. */
export type Pair = number | readonly [rows: number, columns: number];

export function pairOf(setting: Pair): readonly [number, number] {
  return typeof setting === 'number' ? [setting, setting] : setting;
}
