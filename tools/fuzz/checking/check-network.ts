/** Holds one drawn network on every backend against the reference, and the backends against each other. */
import { asAppError } from '../../../src/core/app-error.ts';
import type { GivenFile } from '../../../src/formats/given-file.ts';
import { type ReadModel, readModel } from '../../../src/formats/read-model.ts';
import type { BackendName, ModelInfo } from '../../../src/protocol/engine.ts';
import type { Origin } from '../draw.ts';
import { inputOf } from '../drawing/draw-network.ts';
import type { DrawnNetwork, Values } from '../network.ts';
import { ReferenceGraph } from '../reference/graph.ts';
import { answer, type Only, QUANTITIES, type Quantity, unitOf } from './answers.ts';
import type { Engines, Reply } from './ask-engine.ts';
import { gapsBetween, realGap, roundingNoise, TOGETHER, toleranceOf } from './compare.ts';
import { drawQuestions, type Question, readingOf } from './questions.ts';

export interface Findings {
  /** One sentence for each thing that is not as it must be. */
  readonly differences: readonly string[];
  /** How many answers were compared. */
  readonly answers: number;
  /** How many of them differ, but no more than they do by what float32 rounds away. */
  readonly atKinks: number;
  /** How many questions the engine refused where it may: nothing tells which sides of the layer are the image's. */
  readonly refused: number;
}

/** Scores, and their differences. */
const IN_SCORES: ReadonlySet<Quantity> = new Set(['logits', 'FastAblationCAM', 'Ablation-CAM']);

const NOISE_SAMPLES = 10;

/** A value for people. */
function shown(value: number): string {
  return Number(value.toPrecision(6)).toString();
}

/** One question, and what the reference answers. */
class Check {
  readonly #graph: ReferenceGraph;
  readonly #question: Question;
  readonly #activations: readonly Values[];
  #noise: number | null = null;
  readonly #expected = new Map<Quantity, Float64Array>();
  readonly differences: string[] = [];
  answers = 0;
  atKinks = 0;

  constructor(graph: ReferenceGraph, question: Question) {
    this.#graph = graph;
    this.#question = question;
    this.#activations = graph.run();
  }

  #answer(quantity: Quantity): Float64Array {
    const known = this.#expected.get(quantity);
    if (known) return known;
    const made = answer(this.#graph, quantity, this.#question);
    this.#expected.set(quantity, made);
    return made;
  }

  /** How well scores are known at all: how far they move when every activation is off by a rounding. */
  #scoreNoise(): number {
    if (this.#noise !== null) return this.#noise;
    const expected = this.#answer('logits');
    const samples = Array.from({ length: NOISE_SAMPLES }, (_, i) => this.#moved('logits', TOGETHER + 1 + i, []));
    this.#noise = Math.max(...samples.flatMap((moved) => Array.from(moved, (value, i) => Math.abs(value - (expected[i] ?? Number.NaN)))));
    return this.#noise;
  }

  #moved(quantity: Quantity, sample: number, places: readonly number[]): Float64Array {
    const { length: classes } = this.#answer('logits');
    const only: Only = new Set(places.map((place) => unitOf(quantity, place, classes)));
    return answer(this.#graph, quantity, this.#question, roundingNoise(this.#activations, sample), only);
  }

  /**
   * @param who whose answer it is
   * @returns whether the answer is as expected
   */
  #hold(quantity: Quantity, who: string, actual: Float64Array, expected: Float64Array): boolean {
    this.answers++;
    const what = quantity === 'logits' ? quantity : `${quantity} at ${this.#question.layer}`;
    if (actual.length !== expected.length) {
      this.differences.push(`${who}: ${what} has ${actual.length} values where there should be ${expected.length}`);
      return false;
    }
    const scale = Math.max(...this.#answer('logits').map(Math.abs), 0.5);
    let tolerance = toleranceOf(expected, scale);
    let gaps = gapsBetween(actual, expected, tolerance);
    if (gaps.length === 0) return true;
    if (IN_SCORES.has(quantity)) {
      tolerance += this.#scoreNoise();
      gaps = gapsBetween(actual, expected, tolerance);
      if (gaps.length === 0) return true;
    }
    const gap = realGap(gaps, this.#answer(quantity), (sample, places) => this.#moved(quantity, sample, places));
    if (!gap) {
      this.atKinks++;
      return true;
    }
    const times = shown(Math.abs(gap.actual - gap.expected) / tolerance);
    this.differences.push(
      `${who}: ${what} is ${shown(gap.actual)} where it should be ${shown(gap.expected)} (value ${gap.place}, ${times} × what is tolerated)`,
    );
    return false;
  }

  /** Each backend's answers, by its name. */
  hold(answers: ReadonlyMap<BackendName, ReadonlyMap<Quantity, Float64Array>>): void {
    for (const quantity of QUANTITIES) {
      const expected = this.#answer(quantity);
      const right = [...answers].flatMap(([backend, own]) => {
        const actual = own.get(quantity) ?? new Float64Array();
        return this.#hold(quantity, backend, actual, expected) ? [{ backend, actual }] : [];
      });
      const [first, ...others] = right;
      for (const { backend, actual } of others) if (first) this.#hold(quantity, `${backend} beside ${first.backend}`, actual, first.actual);
      // From other scores nothing else can be right.
      if (quantity === 'logits' && right.length < answers.size) return;
    }
  }
}

/** What is wrong with how the engine describes the network. */
function* wrongInfo(info: ModelInfo, network: DrawnNetwork, graph: ReferenceGraph): Generator<string> {
  const activations = graph.run();
  const units = activations.at(-1)?.data.length ?? 0;
  const reading = readingOf(network, units);
  if (reading && info.reading !== reading) yield `the output is taken for ${info.reading} where it is ${reading}`;
  if (info.units !== units) yield `${info.units} outputs are said to be there where there are ${units}`;
  for (const { name, rows, columns, channels } of info.layers) {
    const shape = activations[graph.find(name)]?.shape;
    // Layers that take the place of one in the file have names of their own.
    if (shape?.length !== 3) continue;
    if ([rows, columns, channels].join() !== shape.join())
      yield `${name} is said to give ${rows} × ${columns} × ${channels} where it gives ${shape.join(' × ')}`;
  }
}

/** @param files the network as a person would give it */
export async function checkNetwork(
  origin: Origin,
  network: DrawnNetwork,
  files: readonly GivenFile[],
  backends: readonly BackendName[],
  engines: Engines,
): Promise<Findings> {
  const graph = new ReferenceGraph(network, inputOf(network));
  const questions = drawQuestions(graph, network, origin);
  let read: ReadModel;
  try {
    read = await readModel(files);
  } catch (error) {
    return { differences: [`reading: ${asAppError(error).message}`], answers: 0, atKinks: 0, refused: 0 };
  }
  const differences: string[] = [];
  const replies = new Map<BackendName, Reply>();
  let refused = 0;
  for (const backend of backends) {
    try {
      const reply = await engines.ask(backend, read, network, graph, questions);
      replies.set(backend, reply);
      refused += reply.answers.filter((own) => own === null).length;
      for (const wrong of wrongInfo(reply.info, network, graph)) differences.push(`${backend}: ${wrong}`);
      if (reply.leakedTensors !== 0) differences.push(`${backend}: ${reply.leakedTensors} tensors were left behind`);
    } catch (error) {
      const { code, message } = asAppError(error);
      if (code === 'model-unsupported' && questions.every(({ mayRefuse }) => mayRefuse === 'network')) refused += questions.length;
      else differences.push(`${backend}: ${message}`);
    }
  }
  const checks = questions.map((question, number) => {
    const check = new Check(graph, question);
    check.hold(new Map([...replies].flatMap(([backend, { answers }]) => (answers[number] ? [[backend, answers[number]]] : []))));
    return check;
  });
  differences.push(...checks.flatMap((check) => check.differences));
  if (differences.length > 0) {
    for (const backend of backends)
      for (const fault of await engines.faultyLayers(backend, read, graph)) differences.push(`${backend}: ${fault}`);
  }
  return {
    differences: [...new Set(differences)],
    answers: checks.reduce((sum, check) => sum + check.answers, 0),
    atKinks: checks.reduce((sum, check) => sum + check.atKinks, 0),
    refused,
  };
}
