/**
 * The projection of a matrix on its first principal axis: with the columns' means taken off, `X v`, where v is the first right singular
 * vector. That is the first left singular vector times its singular value, so only `X X^T` is looked at, and never made: Lanczos' method with
 * full reorthogonalisation, started again from its best vector until that is one.
 *
 * A singular vector has no sign. This one's is chosen: the value furthest from zero is positive.
 */
import { randomFrom } from './random.ts';

/** Vectors that are built up before starting again. */
const STEPS = 24;
const MOST_STARTS = 200;
/** Of the residual, beside the eigenvalue. */
const TOLERANCE = 1e-7;
/** Squarings of a small matrix, after which nothing is left of any eigenvector but the first. */
const SQUARINGS = 50;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Adds `factor` times another vector to one. */
function addTo(vector: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) + factor * (other[i] ?? 0);
}

function scaled(vector: Float64Array, factor: number): Float64Array {
  return vector.map((value) => value * factor);
}

/** `x -> X X^T x`, with the columns' means taken off on the way. */
function gramOf(values: ArrayLike<number>, rows: number, columns: number): (vector: Float64Array) => Float64Array {
  const means = new Float64Array(columns);
  for (let i = 0; i < rows * columns; i++) means[i % columns] = (means[i % columns] ?? 0) + (values[i] ?? 0) / rows;
  return (vector) => {
    const sum = vector.reduce((a, b) => a + b, 0);
    const across = means.map((mean) => -mean * sum);
    for (let row = 0; row < rows; row++) {
      const factor = vector[row] ?? 0;
      const start = row * columns;
      for (let column = 0; column < columns; column++) across[column] = (across[column] ?? 0) + factor * (values[start + column] ?? 0);
    }
    const shift = dot(means, across);
    return Float64Array.from({ length: rows }, (_, row) => {
      let product = -shift;
      const start = row * columns;
      for (let column = 0; column < columns; column++) product += (values[start + column] ?? 0) * (across[column] ?? 0);
      return product;
    });
  };
}

/** The eigenvector of the largest eigenvalue of a small symmetric matrix without negative ones, `[size, size]`. */
function firstEigenvector(matrix: Float64Array, size: number): Float64Array {
  let power = matrix;
  const at = (row: number, column: number) => power[row * size + column] ?? 0;
  for (let i = 0; i < SQUARINGS; i++) {
    const squared = new Float64Array(size * size);
    let largest = 0;
    for (let row = 0; row < size; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += at(row, k) * at(k, column);
        squared[row * size + column] = sum;
        squared[column * size + row] = sum;
        largest = Math.max(largest, Math.abs(sum));
      }
    }
    if (largest === 0) break;
    power = scaled(squared, 1 / largest);
  }
  const columns = Array.from({ length: size }, (_, column) => Float64Array.from({ length: size }, (_unused, row) => at(row, column)));
  const longest = columns.reduce((a, b) => (dot(b, b) > dot(a, a) ? b : a));
  return scaled(longest, 1 / Math.sqrt(dot(longest, longest)));
}

/** Unit vectors that span what the matrix makes of the first of them, the matrix as they see it, and what it would go on with. */
function lanczos(gram: (vector: Float64Array) => Float64Array, start: Float64Array) {
  const basis: Float64Array[] = [start];
  const small: { diagonal: number; beside: number }[] = [];
  for (const vector of basis) {
    const next = gram(vector);
    const diagonal = dot(next, vector);
    // Twice, as once leaves roundings behind.
    for (let i = 0; i < 2; i++) for (const other of basis) addTo(next, other, -dot(next, other));
    const beside = Math.sqrt(dot(next, next));
    small.push({ diagonal, beside });
    const scale = Math.max(...small.map((entry) => Math.abs(entry.diagonal)));
    if (basis.length === STEPS || basis.length === start.length || beside <= 1e-14 * scale) break;
    basis.push(scaled(next, 1 / beside));
  }
  const size = basis.length;
  const matrix = new Float64Array(size * size);
  for (const [i, { diagonal, beside }] of small.entries()) {
    matrix[i * size + i] = diagonal;
    if (i + 1 < size) {
      matrix[i * size + i + 1] = beside;
      matrix[(i + 1) * size + i] = beside;
    }
  }
  return { basis, matrix, beyond: small.at(-1)?.beside ?? 0 };
}

/**
 * @param values `[rows, columns]`
 * @returns one number per row; zeros where all rows are the same
 */
export function principalProjection(values: ArrayLike<number>, rows: number, columns: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i] ?? 0));
  if (largest === 0 || rows < 2) return new Float64Array(rows);
  // Squares of very small or very large numbers would not be numbers any more.
  const unit = Float64Array.from(values, (value) => value / largest);
  const gram = gramOf(unit, rows, columns);
  const random = randomFrom(1);
  // What is the same in every row is taken off, and is no start.
  const drawn = gram(Float64Array.from({ length: rows }, () => random() - 0.5));
  const length = Math.sqrt(dot(drawn, drawn));
  // Less than rounding leaves of rows that are all the same.
  if (length <= 1e-12 * rows * columns) return new Float64Array(rows);
  let vector = scaled(drawn, 1 / length);
  let eigenvalue = 0;
  for (let i = 0; i < MOST_STARTS; i++) {
    const { basis, matrix, beyond } = lanczos(gram, vector);
    const shares = firstEigenvector(matrix, basis.length);
    const best = new Float64Array(rows);
    for (const [k, other] of basis.entries()) addTo(best, other, shares[k] ?? 0);
    vector = scaled(best, 1 / Math.sqrt(dot(best, best)));
    eigenvalue = dot(vector, gram(vector));
    if (Math.abs(beyond * (shares.at(-1) ?? 0)) <= TOLERANCE * eigenvalue) break;
  }
  const furthest = vector.reduce((a, b) => (Math.abs(b) > Math.abs(a) ? b : a), 0);
  return scaled(vector, Math.sign(furthest) * Math.sqrt(Math.max(0, eigenvalue)) * largest);
}
