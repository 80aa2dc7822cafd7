/** Arrays of float64 for one image, `[rows, columns, channels]` or of any other rank, without a batch. */

export type Shape = readonly number[];

export interface Values {
  readonly shape: Shape;
  /** In the order of the last axis first. */
  readonly data: Float64Array;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((product, side) => product * side, 1);
}

export function zeros(shape: Shape): Values {
  return { shape, data: new Float64Array(sizeOf(shape)) };
}

/** How far apart two neighbours along each axis lie in the data. */
function stepsOf(shape: Shape): number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}

/** Where each place of the shape is, one index per axis. */
export function* placesIn(shape: Shape): Generator<number[]> {
  const steps = stepsOf(shape);
  for (let i = 0; i < sizeOf(shape); i++) yield shape.map((side, axis) => Math.floor(i / (steps[axis] ?? 1)) % side);
}

export function at({ shape, data }: Values, place: readonly number[]): number {
  const steps = stepsOf(shape);
  return data[place.reduce((index, along, axis) => index + along * (steps[axis] ?? 0), 0)] ?? Number.NaN;
}

/** An array whose value at each place is worked out from that place. */
export function filled(shape: Shape, valueAt: (place: readonly number[]) => number): Values {
  const data = new Float64Array(sizeOf(shape));
  let i = 0;
  for (const place of placesIn(shape)) data[i++] = valueAt(place);
  return { shape, data };
}

/** Keras counts axes with the batch as the first, or from the end. */
export function axisIn(shape: Shape, axis: number): number {
  return axis < 0 ? shape.length + axis : axis - 1;
}

/** The value as if the array were repeated along the axes where it has one side of 1, and in front. */
export function broadcastAt(values: Values, place: readonly number[]): number {
  const own = place.slice(place.length - values.shape.length);
  return at(
    values,
    own.map((along, axis) => (values.shape[axis] === 1 ? 0 : along)),
  );
}
