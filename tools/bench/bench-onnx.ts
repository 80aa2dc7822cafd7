/** What a forward pass of an ONNX graph costs, beside that of the layers-model of the same architecture. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { disposePass, forwardPass } from '../../src/engine/graph/graph-executor.ts';
import { loadModel } from '../../src/engine/loading/loaded-model.ts';
import { type ReadModel, readModel } from '../../src/formats/read-model.ts';
import type { BackendName } from '../../src/protocol/engine.ts';
import { openSubject } from './bench-subject.ts';
import { medianTimes } from './measure.ts';

const SCRIPT = fileURLToPath(new URL('export_densenet169.py', import.meta.url));

/** Whichever has PyTorch. */
export const PYTHONS = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);

/** DenseNet-169 with random weights, exported by PyTorch; null where no Python with PyTorch can be had. */
export async function exportedDenseNet(): Promise<ReadModel | null> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-onnx-'));
  try {
    const file = join(folder, 'densenet169.onnx');
    const found = PYTHONS.some((python) => spawnSync(python, [SCRIPT, file], { stdio: 'ignore' }).status === 0);
    return found ? await readModel([{ name: 'densenet169.onnx', bytes: new Uint8Array(await readFile(file)) }]) : null;
  } finally {
    await rm(folder, { recursive: true });
  }
}

export interface OnnxTimes {
  readonly graphMs: number;
  readonly layersMs: number;
}

/** A pass takes seconds without WASM's kernels. */
const ROUNDS: Readonly<Record<BackendName, number>> = { cpu: 1, wasm: 11, webgpu: 3 };

export async function benchOnnx(backend: BackendName, model: ReadModel): Promise<OnnxTimes> {
  const subject = await openSubject(backend);
  const { width, height } = subject.info.input;
  const onnx = await loadModel('onnx', model, { width, height });
  const pass = (graph: typeof subject.graph) => async () => {
    const done = await forwardPass(graph, subject.input, []);
    await done.logits.data();
    disposePass(done);
  };
  const times = await medianTimes({ layersMs: pass(subject.graph), graphMs: pass(onnx.graph) }, ROUNDS[backend]);
  onnx.dispose();
  subject.dispose();
  return times;
}
