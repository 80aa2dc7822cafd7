/** Whatever is in a file of PyTorch's, it ends in weights or in one sentence that says what is wrong with it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../core/app-error.ts';
import { holdsAsync } from '../../core/testing/property.ts';
import { readModel } from '../read-model.ts';
import { changed } from '../testing/broken/broken-case.ts';
import { brokenTorch } from '../testing/torch/broken-torch.ts';
import { pickle } from '../testing/torch/pickle-writer.ts';
import { legacyFile, resNetTensors, stateDict, torchFile } from '../testing/torch/torch-files.ts';
import { readTorchWeights } from './read-checkpoint.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** As long as a person is made to wait at most. */
const PATIENCE_MS = 5000;

async function outcome(bytes: Bytes): Promise<unknown> {
  return readTorchWeights({ name: 'weights.pth', bytes }, () => {}).catch((reason: unknown) => reason);
}

function expectSentence(error: unknown): void {
  expect(error).toBeInstanceOf(AppError);
  const { message } = error as AppError;
  expect(message).toMatch(/^(In|The file) [^\n]*weights\.pth[^\n]*[^.]\.$/);
  expect(message).not.toMatch(/\bat \S+:\d+|\w+Error\b|\bundefined\b|\[object /);
}

describe('a file that was made to do harm, or is damaged', () => {
  it.each(brokenTorch())(
    '$what',
    async ({ files, says }) => {
      const error: unknown = await readModel(files).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).message).toContain(says);
    },
    PATIENCE_MS,
  );
});

const SOUND: readonly (readonly [what: string, bytes: Bytes])[] = [
  ['an archive', torchFile(resNetTensors())],
  ['the older form', legacyFile(resNetTensors())],
  ['a pickle alone', pickle(stateDict(resNetTensors()))],
];

describe('a sound file', () => {
  it.each(SOUND.slice(0, 2))('opens as %s', async (_what, bytes) => {
    const { tensors } = await readTorchWeights({ name: 'weights.pth', bytes }, () => {});
    const expected = resNetTensors();
    expect([...tensors.keys()]).toEqual(expected.map(({ name }) => name));
    for (const { name, shape, values } of expected) expect(tensors.get(name)).toEqual({ shape, values, source: name });
  });

  // Every place in what comes before the numbers, and the last ones.
  it.each(SOUND)(
    'of which any part is missing is told to be cut short: %s',
    async (_what, bytes) => {
      for (let length = 0; length < bytes.length; length += length < 4000 || length > bytes.length - 1000 ? 1 : 97)
        expectSentence(await outcome(bytes.slice(0, length)));
    },
    60_000,
  );

  it.each(SOUND)(
    'with bytes that are others ends in weights or in a sentence: %s',
    async (_what, bytes) => {
      const place = fc.nat({ max: bytes.length - 1 });
      const flips = fc.array(fc.tuple(place, fc.nat({ max: 255 })), { minLength: 1, maxLength: 3 });
      await holdsAsync(
        fc.asyncProperty(flips, async (places) => {
          const result = await outcome(
            changed(bytes, (copy) => {
              for (const [at, value] of places) copy[at] = value;
            }),
          );
          if (result instanceof Error) expectSentence(result);
        }),
        300,
      );
    },
    60_000,
  );
});
