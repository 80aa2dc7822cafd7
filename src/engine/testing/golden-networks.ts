/** Networks of torch's families in an engine, and how far its numbers are from PyTorch's. */
import { expect } from 'vitest';
import type { GivenFile } from '../../formats/given-file.ts';
import { type ReadModel, readModel } from '../../formats/read-model.ts';
import { expectedOf, type GoldenNetwork } from '../../formats/testing/networks.ts';
import type { BackendName } from '../../protocol/engine.ts';
import { LocalEngine } from '../local-engine.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { noDownload } from './test-engine.ts';

/** How far the furthest value is off, as a share of the range. */
export function distance(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  const values = Array.from(expected);
  const range = Math.max(...values) - Math.min(...values) || Math.max(...values.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN)))) / range;
}

/** Opens networks, one after the other, as a person does. */
export interface Opener {
  readonly engine: LocalEngine;
  open(network: GoldenNetwork, files: readonly GivenFile[]): Promise<void>;
}

/** One engine for several networks: a new one of the software GPU compiles all shaders anew. */
export async function openerOn(backend: BackendName): Promise<Opener> {
  let read: ReadModel | null = null;
  const openModel = async (): Promise<ReadModel> => {
    if (!read) throw new Error('no network was opened');
    return read;
  };
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel, download: noDownload });
  const { backend: started } = await engine.start(backend);
  if (started !== backend) throw new Error(`${backend} was asked for, ${started} was opened`);
  return {
    engine,
    async open(network, files) {
      const { choices, inputSize } = expectedOf(network);
      read = await readModel(files, () => {}, null, choices);
      const [height, width] = inputSize;
      await engine.loadModel({ kind: 'files', id: network.name, files: [], input: { width, height }, output: null }, () => {});
    },
  };
}

/** An engine with the network as a person opens it. */
export async function engineFor(network: GoldenNetwork, files: readonly GivenFile[], backend: BackendName): Promise<LocalEngine> {
  const { engine, open } = await openerOn(backend);
  await open(network, files);
  return engine;
}
