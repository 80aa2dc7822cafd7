/** Networks of torch's families in an engine, and how far its numbers are from PyTorch's. */
import { expect } from 'vitest';
import type { GivenFile } from '../../formats/given-file.ts';
import { readModel } from '../../formats/read-model.ts';
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

/** An engine with the network as a person opens it. */
export async function engineFor(network: GoldenNetwork, files: readonly GivenFile[], backend: BackendName): Promise<LocalEngine> {
  const { choices, inputSize } = expectedOf(network);
  const read = await readModel(files, () => {}, null, choices);
  const [height, width] = inputSize;
  const engine = new LocalEngine({ device: await nodeDeviceEnvironment(), openModel: async () => read, download: noDownload });
  await engine.start(backend);
  await engine.loadModel({ kind: 'files', id: network.name, files: [], input: { width, height }, output: null }, () => {});
  return engine;
}
