import type { ModuleFact } from '../modules/module-facts.ts';
import { type Pair, pairOf } from './pair.ts';

export interface ConvolutionOptions {
  readonly stride?: Pair;
  /** Zeros on every side; where nothing is said, as many as keep the size at a stride of one. `same`: as TensorFlow pads. */
  readonly padding?: Pair | 'same';
  readonly dilation?: Pair;
  /** The kernel's sides, where the family knows them. */
  readonly kernel?: Pair;
  /** Added to the variance of each filter's weights, where they are standardised. */
  readonly standardisedBy?: number;
  /** What the layer is called, where that is not its module. */
  readonly name?: string;
}

interface ConvolutionWindow {
  readonly strides: number[];
  readonly dilations: number[];
  /** Before and after rows and columns, or as Keras' SAME pads. */
  readonly zeros: readonly [rows: number, columns: number] | 'same';
}

/** @param fact what the module says of itself, which goes before the options */
export function windowOf(kernel: Pair, { stride = 1, padding, dilation = 1 }: ConvolutionOptions, fact?: ModuleFact): ConvolutionWindow {
  const told = fact?.kind === 'convolution' ? fact : null;
  const strides = [...pairOf(told?.stride ?? stride)];
  const dilations = [...pairOf(told?.dilation ?? dilation)];
  const wanted = told?.padding ?? padding;
  const own = pairOf(kernel).map((taps, i) => ((taps - 1) * (dilations[i] ?? 1)) / 2);
  const [rows = 0, columns = 0] = wanted === undefined || wanted === 'same' ? own.map(Math.floor) : pairOf(wanted);
  // Without a stride, Keras pads as torch does where that keeps the size.
  const isSame = wanted === 'same' || (strides.every((step) => step === 1) && rows === own[0] && columns === own[1]);
  return { strides, dilations, zeros: isSame ? 'same' : [rows, columns] };
}
