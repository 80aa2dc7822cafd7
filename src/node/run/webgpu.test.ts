/** On a GPU without a browser: the same maps. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { availableBackends } from '../../engine/node/node-device.ts';
import { runHere } from '../testing/run-here.ts';
import { type TinySet, tinySet } from '../testing/tiny-set.ts';

const hasWebGpu = (await availableBackends()).includes('webgpu');
let set: TinySet;
beforeAll(async () => {
  set = await tinySet(1);
});
afterAll(() => set.remove());

async function mapBy(backend: string): Promise<{ backend: string; values: number[] }> {
  const out = set.out(backend);
  const argv = ['explain', set.images, '--model', set.model, '--out', out, '--backend', backend, '--methods', 'grad-cam'];
  const { code, said } = await runHere(argv);
  expect(code, said).toBe(0);
  const { maps } = JSON.parse(readFileSync(join(out, 'results.jsonl'), 'utf8'));
  const { values, ...data } = JSON.parse(readFileSync(join(out, maps[0].data), 'utf8'));
  return { backend: data.backend, values: values.flat() };
}

it.skipIf(!hasWebGpu)('explain computes by WebGPU where it is asked to, and says so', async () => {
  const [wasm, webgpu] = [await mapBy('wasm'), await mapBy('webgpu')];
  expect([wasm.backend, webgpu.backend]).toEqual(['wasm', 'webgpu']);
  const range = Math.max(...wasm.values) - Math.min(...wasm.values);
  const furthest = Math.max(...wasm.values.map((value, i) => Math.abs(value - (webgpu.values[i] ?? Number.NaN))));
  expect(furthest / range).toBeLessThan(1e-3);
});
