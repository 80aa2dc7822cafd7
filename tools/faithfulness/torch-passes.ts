/**
 * Whole passes of a DenseNet-169 by PyTorch: in bfloat16 for maps that take thousands of them, on processors that multiply such numbers much
 * quicker than WASM can, and in float32 for what needs it. `torch_passes.py` runs beside this process, and is spoken to through two pipes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Operation } from '../../src/engine/operations/operation.ts';

const SCRIPT = fileURLToPath(new URL('torch_passes.py', import.meta.url));

/** Elementwise steps in bfloat16 are ten times as slow without the first, multiplications in float32 half as fast without the second. */
const INSTRUCTIONS = { ATEN_CPU_CAPABILITY: 'avx512', OPENBLAS_CORETYPE: 'SkylakeX' };

/** Both ends of a pipe that this process can write to or read from without leaving what it does: an operation is no promise. */
function pipe(path: string): { readonly read: number; readonly write: number } {
  execFileSync('mkfifo', [path]);
  // Either end alone would wait for the other to be opened.
  const both = openSync(path, constants.O_RDWR);
  const ends = { read: openSync(path, constants.O_RDONLY), write: openSync(path, constants.O_WRONLY) };
  closeSync(both);
  return ends;
}

export class TorchPasses implements Operation {
  readonly #process: ChildProcess;
  readonly #write: number;
  readonly #read: number;

  /** @param python the interpreter, with PyTorch and torchvision @param model the folder of a built-in DenseNet-169 @param classes how many it knows */
  constructor(
    python: string,
    model: string,
    readonly classes: number,
    precision: 'bfloat16' | 'float32',
  ) {
    const folder = mkdtempSync(join(tmpdir(), 'torch-passes-'));
    const [images, logits] = [pipe(join(folder, 'images')), pipe(join(folder, 'logits'))];
    this.#process = spawn(python, [SCRIPT, model, precision], {
      stdio: [images.read, logits.write, 'inherit'],
      env: { ...process.env, ...INSTRUCTIONS, OMP_NUM_THREADS: '1' },
    });
    // Its own ends alone are left, so that each side is told when the other ends.
    for (const end of [images.read, logits.write]) closeSync(end);
    rmSync(folder, { recursive: true });
    [this.#write, this.#read] = [images.write, logits.read];
  }

  /** `[batch, 224, 224, 3]` to `[batch, classes]` */
  run([images]: tf.Tensor[]): tf.Tensor {
    if (!images) throw new RangeError('the network takes an image');
    const [batch = 0] = images.shape;
    writeAll(this.#write, new Uint8Array(Int32Array.of(batch).buffer));
    const values = images.dataSync();
    writeAll(this.#write, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const logits = new Float32Array(batch * this.classes);
    readAll(this.#read, new Uint8Array(logits.buffer));
    return tf.tensor2d(logits, [batch, this.classes]);
  }

  runForGradient(): tf.Tensor {
    throw new Error('PyTorch is asked for logits alone');
  }

  dispose(): void {
    closeSync(this.#write);
    closeSync(this.#read);
    this.#process.kill();
  }
}

function writeAll(end: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(end, bytes, done);
}

function readAll(end: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(end, bytes, done, bytes.length - done, null);
    if (count === 0) throw new Error('PyTorch has ended; what it said stands above');
    done += count;
  }
}
