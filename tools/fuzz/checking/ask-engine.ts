/** What an engine answers about a drawn network. */
import * as tf from '@tensorflow/tfjs-core';
import { asAppError } from '../../../src/core/app-error.ts';
import { LocalEngine } from '../../../src/engine/local-engine.ts';
import { nodeDeviceEnvironment } from '../../../src/engine/node/node-device.ts';
import type { ItemSweep } from '../../../src/explain/item-sweep.ts';
import type { Work } from '../../../src/explain/work.ts';
import type { ReadModel } from '../../../src/formats/read-model.ts';
import { ask } from '../../../src/protocol/ask.ts';
import type { BackendName, ModelInfo } from '../../../src/protocol/engine.ts';
import type { DrawnNetwork } from '../network.ts';
import type { ReferenceGraph } from '../reference/graph.ts';
import type { Quantity } from './answers.ts';
import { faultyLayers } from './diagnose.ts';
import type { Question } from './questions.ts';

const BUDGET_BYTES = 64e6;

type Answers = ReadonlyMap<Quantity, Float64Array>;

export interface Reply {
  readonly info: ModelInfo;
  /** One for each question; null where the engine may refuse the layer, and does. */
  readonly answers: readonly (Answers | null)[];
  /** How many tensors were left behind when everything was freed. */
  readonly leakedTensors: number;
}

const WORK: Readonly<Record<Exclude<Quantity, 'logits'>, (question: Question) => Work>> = {
  'Grad-CAM': ({ score }) => ({ method: 'grad-cam', score }),
  'first-order estimate': ({ score, ablation: { value } }) => ({ method: 'first-order', score, value }),
  FastAblationCAM: ({ ablation }) => ({ method: 'fast-ablation-cam', ablation, items: null }),
  'Ablation-CAM': () => ({ method: 'ablation-cam', items: null }),
};

/** `y - y'` for all classes, for each item. */
function drops({ baseline, logits }: ItemSweep): Float64Array {
  return Float64Array.from(logits, (logit, i) => (baseline[i % baseline.length] ?? Number.NaN) - logit);
}

/** Engines that stay open, one for each backend: opening a device takes longer than a network does. */
export class Engines {
  readonly #engines = new Map<BackendName, LocalEngine>();
  #read: ReadModel | null = null;

  async #engineOf(backend: BackendName): Promise<LocalEngine> {
    const known = this.#engines.get(backend);
    if (known) {
      await tf.setBackend(backend);
      return known;
    }
    const engine = new LocalEngine({
      device: await nodeDeviceEnvironment(),
      openModel: async () => {
        if (!this.#read) throw new Error('no network was given');
        return this.#read;
      },
      download: () => Promise.reject(new Error('nothing is to be downloaded')),
    });
    const info = await engine.start(backend);
    if (info.backend !== backend) throw new Error(`${backend} could not be opened: ${info.remark}`);
    this.#engines.set(backend, engine);
    return engine;
  }

  /** @throws AppError what the engine says of a network that it cannot run */
  async ask(
    backend: BackendName,
    read: ReadModel,
    network: DrawnNetwork,
    graph: ReferenceGraph,
    questions: readonly Question[],
  ): Promise<Reply> {
    const engine = await this.#engineOf(backend);
    this.#read = read;
    const before = tf.memory();
    const { image, preprocessing } = network;
    const info = await engine.loadModel({ kind: 'files', id: 'drawn', files: [], input: image, output: graph.output }, () => {});
    const about = (layer: string, work: Work | null) =>
      ask(engine, { image: { id: layer, pixels: image }, preprocessing, layer, work, budgetBytes: BUDGET_BYTES });
    const canExplain = ({ layer }: Question) =>
      info.layers.some(({ name, unsupportedReason }) => name === layer && unsupportedReason === null);
    const answers: (Answers | null)[] = [];
    try {
      for (const question of questions) {
        if (question.mayRefuse !== 'no' && !canExplain(question)) {
          answers.push(null);
          continue;
        }
        const found = new Map<Quantity, Float64Array>();
        for (const [quantity, work] of Object.entries(WORK) as [Exclude<Quantity, 'logits'>, (typeof WORK)['Grad-CAM']][]) {
          const { logits, result } = await about(question.layer, work(question));
          if (!result) throw new Error(`there is no ${quantity}`);
          found.set('logits', Float64Array.from(logits));
          found.set(quantity, 'map' in result ? Float64Array.from(result.map.values) : drops(result.sweep));
        }
        answers.push(found);
      }
    } finally {
      engine.dispose();
    }
    const leakedTensors = tf.memory().numTensors - before.numTensors;
    return { info, answers, leakedTensors };
  }

  /** Which layers are at fault: see `diagnose.ts`. */
  async faultyLayers(backend: BackendName, read: ReadModel, graph: ReferenceGraph): Promise<string[]> {
    await this.#engineOf(backend);
    return faultyLayers(read, graph).catch((error: unknown) => [asAppError(error).message]);
  }

  dispose(): void {
    for (const engine of this.#engines.values()) engine.dispose();
    this.#engines.clear();
  }
}
