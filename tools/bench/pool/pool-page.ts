/** What runs in the browser: one engine on one thread, one on several threads, and a pool, in turn on the same work. */
import workerUrl from '../../../src/engine/worker.ts?worker&url';
import { DEFAULT_ABLATION } from '../../../src/explain/ablation-plan.ts';
import { DEFAULT_SWEEP } from '../../../src/explain/input/input-settings.ts';
import { ablationSweepOf, ablationWork } from '../../../src/explain/methods/ablation-sweep.ts';
import { methodOf } from '../../../src/explain/methods/list.ts';
import { DEFAULT_MEASURE } from '../../../src/metrics/measures.ts';
import { ask } from '../../../src/protocol/ask.ts';
import type { DeviceInfo, Engine } from '../../../src/protocol/engine.ts';
import type { RgbaPixels } from '../../../src/protocol/explain.ts';
import { EnginePool } from '../../../src/protocol/pool/engine-pool.ts';
import { WorkerEngine } from '../../../src/protocol/worker/worker-engine.ts';
import { medianTimes } from '../measure.ts';

interface PoolBenchOptions {
  readonly model: string;
  readonly sweepLayer: string;
  /** Of threads, and of engines. */
  readonly count: number;
  readonly images: number;
  readonly rounds: number;
}

const CONTESTANTS = ['one', 'threads', 'pool'] as const;
type Contestant = (typeof CONTESTANTS)[number];

type Times = Readonly<Record<Contestant, number>>;

export interface PoolBench {
  readonly adapters: Readonly<Record<Contestant, string>>;
  readonly passMs: Times;
  readonly sweepMs: Times;
  /** A set of images, one after the other. */
  readonly setMs: Times;
  /** The same, as many images at once as there are engines. */
  readonly setAtOnceMs: number;
  /** The largest difference of any logit of the sweeps from those of one thread. */
  readonly difference: number;
}

const BUDGET_BYTES = 64e6;
const METHOD = 'grad-cam';
/** Fewer steps than usual: they cost the same each. */
const SETTINGS = { ...DEFAULT_MEASURE, steps: 4 };
const SCORE = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;

function noise(width: number, height: number, seed: number): RgbaPixels {
  const data = new Uint8ClampedArray(width * height * 4);
  let state = seed + 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = i % 4 === 3 ? 255 : state >>> 24;
  }
  return { width, height, data };
}

const createEngine = () => new WorkerEngine(new Worker(workerUrl, { type: 'module' }));

/** tf.js takes half the cores that it is told of, so that it has to be told of twice as many. */
function createThreadedEngine(threads: number): WorkerEngine {
  const told = `Object.defineProperty(navigator, 'hardwareConcurrency', { value: ${2 * threads} });`;
  const script = new Blob([`import '${new URL(workerUrl, location.href).href}';\n${told}`], { type: 'text/javascript' });
  return new WorkerEngine(new Worker(URL.createObjectURL(script), { type: 'module' }));
}

async function runPoolBench({ model, sweepLayer, count, images, rounds }: PoolBenchOptions): Promise<PoolBench> {
  const engines: Readonly<Record<Contestant, Engine>> = {
    one: createEngine(),
    threads: createThreadedEngine(count),
    pool: new EnginePool(createEngine, count),
  };
  const source = { kind: 'folder', id: 'bench', url: new URL(`/models/${model}/`, location.href).href } as const;
  const devices = {} as Record<Contestant, DeviceInfo>;
  let infos = null;
  for (const name of CONTESTANTS) {
    devices[name] = await engines[name].start('wasm', name === 'threads' ? count : 1);
    infos = await engines[name].loadModel(source, () => {});
  }
  if (!infos) throw new Error('no model was loaded');
  const { input, defaultLayer } = infos;
  let asked = 0;
  const image = () => ({ id: `${++asked}`, pixels: noise(input.width, input.height, asked) });
  const inTurn = (run: (engine: Engine) => Promise<unknown>, times: number) =>
    medianTimes({ one: () => run(engines.one), threads: () => run(engines.threads), pool: () => run(engines.pool) }, times);

  const passMs = await inTurn(
    (engine) => ask(engine, { image: image(), layer: defaultLayer, work: null, budgetBytes: BUDGET_BYTES }),
    3 * rounds,
  );
  const sweep = (engine: Engine, of = image()) =>
    ask(engine, { image: of, layer: sweepLayer, work: ablationWork(DEFAULT_ABLATION), budgetBytes: BUDGET_BYTES });
  const sweepMs = await inTurn(sweep, rounds);
  const same = image();
  const swept = { one: await sweep(engines.one, same), pool: await sweep(engines.pool, same) };
  const logits = (name: 'one' | 'pool') => {
    const { result } = swept[name];
    if (!result) throw new Error('there is no sweep');
    return ablationSweepOf(result).logits;
  };
  const theirs = logits('pool');
  const difference = logits('one').reduce((most, value, i) => Math.max(most, Math.abs(value - (theirs[i] ?? Number.NaN))), 0);

  /** As a set is measured: a map of each image, and what it is worth. */
  const measure = async (engine: Engine) => {
    const request = { image: image(), layer: defaultLayer, budgetBytes: BUDGET_BYTES };
    const method = methodOf(METHOD);
    const { result } = await ask(engine, { ...request, work: method.whole({ score: SCORE, ablation: DEFAULT_SWEEP }) });
    const maps = result ? [{ id: METHOD, map: method.mapOf(result, SCORE, null).map }] : [];
    await engine.measure({ ...request, score: { ...SCORE, kind: 'probability' }, maps, settings: SETTINGS }, () => {});
  };
  const inSequence = async (engine: Engine) => {
    for (let i = 0; i < images; i++) await measure(engine);
  };
  const atOnce = async () => {
    let left = images;
    const lane = async () => {
      while (left-- > 0) await measure(engines.pool);
    };
    await Promise.all(Array.from({ length: count }, lane));
  };
  const { atOnce: setAtOnceMs, ...setMs } = await medianTimes(
    { one: () => inSequence(engines.one), threads: () => inSequence(engines.threads), pool: () => inSequence(engines.pool), atOnce },
    Math.max(1, Math.floor(rounds / 3)),
  );
  for (const name of CONTESTANTS) engines[name].dispose();
  const adapters = Object.fromEntries(CONTESTANTS.map((name) => [name, devices[name].adapter])) as Record<Contestant, string>;
  return { adapters, passMs, sweepMs, setMs, setAtOnceMs, difference };
}

declare global {
  interface Window {
    runPoolBench: typeof runPoolBench;
  }
}
window.runPoolBench = runPoolBench;
