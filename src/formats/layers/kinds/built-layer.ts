/** A layer as it was built, and how its settings are read. */

/** `[null, ...]`: an activation's shape for any batch. */
export type Shape = readonly (number | null)[];

/** A call of a layer as it was built: its settings under the names of tf.js, and shapes. */
export interface BuiltLayer {
  readonly config: Readonly<Record<string, unknown>>;
  /** In Keras' order. */
  readonly weights: readonly Shape[];
  readonly inputs: readonly Shape[];
  readonly output: Shape;
}

/** The number of values of one image. */
export function valuesIn(shape: Shape): number {
  return shape.reduce<number>((product, side) => product * (side ?? 1), 1);
}

/** A layer's setting for rows and columns, which may be written as one number for both. */
export function asPair(setting: unknown, otherwise = 1): [number, number] {
  const [rows, columns] = Array.isArray(setting) ? setting : [setting, setting];
  return [Number(rows ?? otherwise), Number(columns ?? otherwise)];
}

/** The axes that a setting speaks of, counted from the first. */
export function axesIn(setting: unknown, rank: number): number[] {
  return (Array.isArray(setting) ? setting : [setting]).map(Number).map((axis) => (axis < 0 ? rank + axis : axis));
}

/** Whether the setting `axis` speaks of the channels alone. */
export function isAlongChannels({ config, output }: BuiltLayer): boolean {
  const [only, ...others] = axesIn(config.axis ?? -1, output.length);
  return others.length === 0 && only === output.length - 1;
}
