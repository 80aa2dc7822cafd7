/** What explanations of a drawn network must be, from their definitions: in float64, gradients by central differences. */

import type { OutputReading } from '../../../src/core/models/output-reading.ts';
import { windowCells } from '../../../src/explain/ablation-plan.ts';
import type { ClassScore } from '../../../src/explain/target.ts';
import type { Values } from '../network.ts';
import type { Change, ReferenceGraph } from '../reference/graph.ts';
import type { Question } from './questions.ts';

export const QUANTITIES = ['logits', 'Grad-CAM', 'first-order estimate', 'FastAblationCAM', 'Ablation-CAM'] as const;

export type Quantity = (typeof QUANTITIES)[number];

/**
 * Of the largest value: far below what float32 rounds away, so that a kink is met only by a unit that stands at it for float32 too, and large
 * enough for seven digits in float64.
 */
const STEP = 2e-8;

/** One question about one network, with what is changed in its activations. */
class Subject {
  readonly #question: Question;
  readonly #tail: (activation: Values) => Float64Array;
  readonly logits: Float64Array;
  /** The activation of the layer. */
  readonly cut: Values;

  constructor(graph: ReferenceGraph, question: Question, change: Change | undefined) {
    const node = graph.find(question.layer);
    const kept = graph.run(change);
    this.#question = question;
    this.#tail = graph.tail(node, kept, change);
    this.logits = kept.at(-1)?.data ?? new Float64Array();
    this.cut = kept[node] as Values;
  }

  /** Rows, columns, channels. */
  get sides(): [number, number, number] {
    const [rows = 1, columns = 1, channels = 1] = this.cut.shape;
    return [rows, columns, channels];
  }

  logitsFor(data: Float64Array): Float64Array {
    return this.#tail({ shape: this.cut.shape, data });
  }

  /** How fast the score grows along a direction. */
  slope(direction: Float64Array): number {
    const reach = direction.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (reach === 0) return 0;
    const scale = this.cut.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const step = (STEP * scale) / reach;
    const at = (length: number) =>
      scoreOf(this.logitsFor(this.cut.data.map((value, i) => value + length * (direction[i] ?? 0))), this.#question.score);
    return (at(step) - at(-step)) / (2 * step);
  }

  /** What the cells become that are ablated. */
  replacement(): Float64Array {
    const [rows, columns, channels] = this.sides;
    const { value } = this.#question.ablation;
    if (typeof value === 'number') return this.cut.data.map((own) => own * value);
    const sums = new Float64Array(channels);
    for (const [i, own] of this.cut.data.entries()) sums[i % channels] = (sums[i % channels] ?? 0) + own;
    return this.cut.data.map((_, i) => (sums[i % channels] ?? 0) / (rows * columns));
  }
}

/** The logits of all classes: one unit with a sigmoid has two. */
function classLogits(logits: Float64Array, reading: OutputReading): Float64Array {
  const [only = Number.NaN] = logits;
  return reading === 'binary' ? Float64Array.of(-only, only) : logits;
}

function probabilities(logits: Float64Array, reading: OutputReading): Float64Array {
  if (reading !== 'softmax') return classLogits(logits, reading).map((logit) => 1 / (1 + Math.exp(-logit)));
  const most = Math.max(...logits);
  const total = logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0);
  return logits.map((logit) => Math.exp(logit - most) / total);
}

function scoreOf(logits: Float64Array, { classIndex, kind, versus, reading }: ClassScore): number {
  const scores = kind === 'probability' ? probabilities(logits, reading) : classLogits(logits, reading);
  const above = (rival: number) => (scores[classIndex] ?? Number.NaN) - (scores[rival] ?? Number.NaN);
  if (versus === null || typeof versus === 'number') return versus === null ? (scores[classIndex] ?? Number.NaN) : above(versus);
  const shares = versus.map((rival) => probabilities(logits, reading)[rival] ?? Number.NaN);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  return sum(versus.map((rival, i) => (shares[i] ?? Number.NaN) * above(rival))) / (sum(shares) + 1e-9);
}

/** The numbers from 0 on, or those of them that are asked for. */
function* numbersUpTo(count: number, only: Only): Generator<number> {
  for (let i = 0; i < count; i++) if (only === null || only.has(i)) yield i;
}

/** `y - y'` for all classes, for each item: `[items, classes]`. Zeros for items that are not asked for. */
function drops(subject: Subject, count: number, only: Only, without: (item: number) => Float64Array): Float64Array {
  const { length: classes } = subject.logits;
  const all = new Float64Array(count * classes);
  for (const item of numbersUpTo(count, only)) {
    const logits = subject.logitsFor(without(item));
    for (const [i, intact] of subject.logits.entries()) all[item * classes + i] = intact - (logits[i] ?? Number.NaN);
  }
  return all;
}

function gradCam(subject: Subject): Float64Array {
  const [rows, columns, channels] = subject.sides;
  const { data } = subject.cut;
  const map = new Float64Array(rows * columns);
  for (let channel = 0; channel < channels; channel++) {
    // The mean of the gradient over all cells is its slope along all of them at once.
    const weight = subject.slope(data.map((_, i) => (i % channels === channel ? 1 : 0))) / map.length;
    for (const cell of map.keys()) map[cell] = (map[cell] ?? 0) + weight * (data[cell * channels + channel] ?? Number.NaN);
  }
  return map;
}

function firstOrder(subject: Subject, only: Only): Float64Array {
  const [rows, columns, channels] = subject.sides;
  const { data } = subject.cut;
  const replacement = subject.replacement();
  const map = new Float64Array(rows * columns);
  for (const cell of numbersUpTo(map.length, only)) {
    map[cell] = subject.slope(data.map((value, i) => (Math.floor(i / channels) === cell ? value - (replacement[i] ?? Number.NaN) : 0)));
  }
  return map;
}

function fastAblationCam(subject: Subject, { ablation }: Question, only: Only): Float64Array {
  const [rows, columns, channels] = subject.sides;
  const replacement = subject.replacement();
  const windows = windowCells({ rows, columns }, ablation);
  return drops(subject, windows.length, only, (item) => {
    const { top = 0, left = 0, bottom = 0, right = 0 } = windows[item] ?? {};
    return subject.cut.data.map((value, i) => {
      const cell = Math.floor(i / channels);
      const [row, column] = [Math.floor(cell / columns), cell % columns];
      return row >= top && row < bottom && column >= left && column < right ? (replacement[i] ?? Number.NaN) : value;
    });
  });
}

function ablationCam(subject: Subject, only: Only): Float64Array {
  const [, , channels] = subject.sides;
  return drops(subject, channels, only, (channel) => subject.cut.data.map((value, i) => (i % channels === channel ? 0 : value)));
}

/** Where an answer is computed anew: some of its cells, windows or channels; null: everywhere. */
export type Only = ReadonlySet<number> | null;

/** The cell, window or channel that a value of an answer is about. */
export function unitOf(quantity: Quantity, place: number, classes: number): number {
  return quantity === 'FastAblationCAM' || quantity === 'Ablation-CAM' ? Math.floor(place / classes) : place;
}

/** One quantity of one question: what it is when every activation is changed like this, where it is asked for. */
export function answer(graph: ReferenceGraph, quantity: Quantity, question: Question, change?: Change, only: Only = null): Float64Array {
  const subject = new Subject(graph, question, change);
  switch (quantity) {
    case 'logits':
      return subject.logits;
    case 'Grad-CAM':
      return gradCam(subject);
    case 'first-order estimate':
      return firstOrder(subject, only);
    case 'FastAblationCAM':
      return fastAblationCam(subject, question, only);
    case 'Ablation-CAM':
      return ablationCam(subject, only);
  }
}
