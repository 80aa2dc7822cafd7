/**
 * Windows that converters write out as several operators: dilated ones, for which images are laid out as a batch of those that a window takes its
 * cells of, and put together afterwards; and those of a maximum, around which the least number is padded.
 */
import { type Constant, numbersOf, singleOf } from '../../graph/nodes/constant.ts';
import type { Operator } from '../file/model.ts';
import type { Tensor } from '../file/tensors.ts';

/** `Padding.VALID` */
const VALID = 1;
/** The fields that say how windows are padded and move on. */
const [PADDING, COLUMNS, ROWS] = [0, 1, 2];
/** The field from which on it says how they are dilated. */
const DILATIONS: Readonly<Record<string, number>> = { CONV_2D: 4, DEPTHWISE_CONV_2D: 5 };

/** Less than anything that a network computes. */
const LEAST = -1e30;

/** What stands before and after operators. */
class Surroundings {
  readonly #consumers = new Map<number, Operator[]>();
  readonly #tensors: readonly Tensor[];
  readonly #outputs: readonly number[];

  constructor(operators: readonly Operator[], tensors: readonly Tensor[], outputs: readonly number[]) {
    this.#tensors = tensors;
    this.#outputs = outputs;
    for (const operator of operators)
      for (const input of new Set(operator.inputs)) {
        const known = this.#consumers.get(input);
        if (known) known.push(operator);
        else this.#consumers.set(input, [operator]);
      }
  }

  constant({ inputs }: Operator, place: number): Constant | null {
    return this.#tensors[inputs[place] ?? -1]?.constant ?? null;
  }

  /** The operator that alone takes what another gives, as an image. */
  onlyConsumer({ outputs: [output = -1] }: Operator): Operator | null {
    const [consumer, ...others] = this.#consumers.get(output) ?? [];
    return consumer && others.length === 0 && consumer.inputs[0] === output && !this.#outputs.includes(output) ? consumer : null;
  }
}

function numbersIn(constant: Constant | null, count: number): number[] | null {
  return constant && constant.values.length === count ? numbersOf(constant) : null;
}

function isValid({ options }: Operator): boolean {
  return options?.byte(PADDING) === VALID;
}

/** Neither dilated, nor in steps of more than a cell. */
function isPlain(convolution: Operator): boolean {
  const { kind, options } = convolution;
  const dilation = DILATIONS[kind];
  if (!options || dilation === undefined || !isValid(convolution)) return false;
  return [options.whole(COLUMNS), options.whole(ROWS), options.whole(dilation, 1), options.whole(dilation + 1, 1)].every(
    (one) => one === 1,
  );
}

/** An operator that stands for several, the last of which gives what it gives. */
interface Found {
  readonly whole: Operator;
  readonly parts: readonly Operator[];
}

function dilated(before: Operator, around: Surroundings): Found | null {
  const convolution = around.onlyConsumer(before);
  const after = convolution && isPlain(convolution) ? around.onlyConsumer(convolution) : null;
  if (!convolution || after?.kind !== 'BATCH_TO_SPACE_ND') return null;
  const [rates, same] = [before, after].map((operator) => numbersIn(around.constant(operator, 1), 2));
  const [padding, cut] = [before, after].map((operator) => numbersIn(around.constant(operator, 2), 4));
  const [down, across] = rates ?? [];
  if (down === undefined || across === undefined || !padding || !cut || rates?.join() !== same?.join()) return null;
  const [top = 0, bottom = 0, left = 0, right = 0] = padding.map((cells, i) => cells - (cut[i] ?? 0));
  if ([top, bottom, left, right].some((cells) => cells < 0)) return null;
  const inputs = [before.inputs[0] ?? -1, ...convolution.inputs.slice(1)];
  const window = { dilations: [down, across], padding: [top, left, bottom, right] } as const;
  return { whole: { ...convolution, inputs, outputs: after.outputs, window }, parts: [before, convolution, after] };
}

function paddedMaximum(before: Operator, around: Surroundings): Found | null {
  const pool = around.onlyConsumer(before);
  const value = singleOf(around.constant(before, 2));
  const ends = numbersIn(around.constant(before, 1), 8);
  if (pool?.kind !== 'MAX_POOL_2D' || !isValid(pool) || value === null || value > LEAST || !ends) return null;
  const [firstBatch, lastBatch, top = 0, bottom = 0, left = 0, right = 0, firstChannel, lastChannel] = ends;
  if ([firstBatch, lastBatch, firstChannel, lastChannel].some((cells) => cells !== 0)) return null;
  const window = { dilations: [1, 1], padding: [top, left, bottom, right] } as const;
  return { whole: { ...pool, inputs: [before.inputs[0] ?? -1], window }, parts: [before, pool] };
}

const PATTERNS: Readonly<Record<string, (before: Operator, around: Surroundings) => Found | null>> = {
  PADV2: paddedMaximum,
  SPACE_TO_BATCH_ND: dilated,
};

/** The operators with those that belong together as one. */
export function withWindows(operators: readonly Operator[], tensors: readonly Tensor[], outputs: readonly number[]): readonly Operator[] {
  const around = new Surroundings(operators, tensors, outputs);
  const replaced = new Map<Operator, Operator | null>();
  for (const operator of operators) {
    const found = PATTERNS[operator.kind]?.(operator, around);
    if (!found) continue;
    for (const part of found.parts) replaced.set(part, null);
    replaced.set(found.parts.at(-1) ?? operator, found.whole);
  }
  return operators.flatMap((operator) => {
    const other = replaced.get(operator);
    return other === undefined ? [operator] : (other ?? []);
  });
}
