/** Our convolutions where an engine has SIMD, but not the kind that multiplies and adds at once. */
import { expect, it, vi } from 'vitest';
import { openDevice } from '../backend/device.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';
import { hasOwnKernels } from './own-module.ts';
import { checkConvolutions } from './testing/check-convolutions.ts';

/** tf.js asks about a few bytes. */
const LEAST_BYTES_OF_A_MODULE = 1000;

it('give what the definition gives', async () => {
  const { validate } = WebAssembly;
  const answers = [false, true];
  vi.spyOn(WebAssembly, 'validate').mockImplementation((bytes) =>
    bytes.byteLength < LEAST_BYTES_OF_A_MODULE ? validate(bytes) : (answers.shift() ?? false),
  );
  await openDevice('wasm', await nodeDeviceEnvironment());
  expect(answers).toEqual([]);
  expect(hasOwnKernels()).toBe(true);
  checkConvolutions(60);
});
