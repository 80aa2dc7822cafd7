/** One backend's row of the table: a pass, our sweep, and the original's procedure, in one run. */
import * as tf from '@tensorflow/tfjs-core';
import { DEFAULT_ABLATION, mapOfSweep } from '../../src/core/ablation-plan.ts';
import { prepareInput } from '../../src/core/prepare-input.ts';
import { findNode } from '../../src/engine/layer-graph.ts';
import { loadModel } from '../../src/engine/loaded-model.ts';
import { LocalEngine } from '../../src/engine/local-engine.ts';
import { openModel } from '../../src/engine/model-source.ts';
import { modelFolder } from '../../src/engine/node/model-folder.ts';
import { nodeDeviceEnvironment } from '../../src/engine/node/node-device.ts';
import type { BackendName, DeviceInfo, RgbaPixels } from '../../src/protocol/engine.ts';
import { medianTimes, timeMs } from './measure.ts';
import { ablateByWholePasses } from './original-procedure.ts';

export interface SweepTimes {
  readonly device: DeviceInfo;
  readonly layer: string;
  readonly cells: number;
  readonly passMs: number;
  readonly gradCamMs: number;
  readonly sweepMs: number;
  readonly originalMs: number;
  /** How many of the cells the original's procedure was timed on; the rest is reckoned from them. */
  readonly originalCells: number;
  /** The largest difference between the two procedures' maps over the timed cells, as a share of the map's range. */
  readonly difference: number;
}

/** No measurement of one backend should hold the others up: a pass that takes seconds is repeated less often. */
const SECONDS_FOR_ORIGINAL = 40;

/** A picture of seeded noise: the time of a pass does not depend on what it shows. */
function noise(width: number, height: number): RgbaPixels {
  const data = new Uint8ClampedArray(width * height * 4);
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    data[i] = i % 4 === 3 ? 255 : state >>> 24;
  }
  return { width, height, data };
}

export async function benchSweep(backend: BackendName, folder: string): Promise<SweepTimes> {
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel });
  const device = await engine.start(backend);
  if (device.backend !== backend) throw new Error(`${backend} cannot be had here: ${device.remark}`);
  const source = await modelFolder(folder, 'built-in');
  const info = await engine.loadModel(source, () => {});
  const layer = info.defaultLayer;
  const pixels = noise(info.input.width, info.input.height);

  let pictures = 0;
  // A new id each time: the engine would otherwise start from the pass it kept.
  const explain = (methods: readonly ('grad-cam' | 'fast-ablation-cam')[]) =>
    engine.explain(
      { picture: { id: `${pictures++}`, pixels }, layer, classIndex: 0, score: 'logit', versus: null, ablation: DEFAULT_ABLATION, methods },
      () => {},
    );
  const onePassMs = await timeMs(() => explain([]));
  const rounds = onePassMs > 3000 ? 1 : onePassMs > 1000 ? 3 : 15;
  const ours = await medianTimes(
    { pass: () => explain([]), gradCam: () => explain(['grad-cam']), sweep: () => explain(['fast-ablation-cam']) },
    rounds,
  );

  let drop = new Float32Array();
  let baseline = Number.NaN;
  await engine.explain(
    {
      picture: { id: 'kept', pixels },
      layer,
      classIndex: 0,
      score: 'logit',
      versus: null,
      ablation: DEFAULT_ABLATION,
      methods: ['fast-ablation-cam'],
    },
    (event) => {
      if (event.kind === 'result' && event.result.method === 'fast-ablation-cam') {
        drop = Float32Array.from(
          mapOfSweep(event.result.sweep, { classIndex: 0, kind: 'logit', versus: null }, info.outputActivation).values,
        );
        baseline = event.result.sweep.baseline[0] ?? Number.NaN;
      }
    },
  );

  const { artifacts, manifest } = await openModel(source, () => {});
  const model = await loadModel('bench', artifacts, manifest);
  const node = findNode(model.graph, layer);
  if (!node) throw new Error(`the model has no layer ${layer}`);
  const input = tf.tensor4d(prepareInput(pixels, info.input, info.preprocessing), [1, info.input.height, info.input.width, 3]);
  const cells = drop.length;
  const originalCells = Math.max(2, Math.min(cells, Math.floor((SECONDS_FOR_ORIGINAL * 1000) / ours.pass)));
  let scores: Float32Array[] = [];
  await ablateByWholePasses(model.graph, node, input, 1);
  const timedMs = await timeMs(async () => {
    scores = await ablateByWholePasses(model.graph, node, input, originalCells);
  });
  input.dispose();
  model.dispose();
  engine.dispose();

  const range = Math.max(...drop) - Math.min(...drop);
  const difference =
    Math.max(...scores.map(([score = Number.NaN], cell) => Math.abs(baseline - score - (drop[cell] ?? Number.NaN)))) / range;
  return {
    device,
    layer,
    cells,
    passMs: ours.pass,
    gradCamMs: ours.gradCam,
    sweepMs: ours.sweep,
    originalMs: (timedMs / originalCells) * cells,
    originalCells,
    difference,
  };
}
