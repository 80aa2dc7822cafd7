/** What files of TFLite say beside their network. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../read-model.ts';
import { changed } from '../testing/broken/broken-case.ts';
import { utf8, zipOf } from '../testing/sound-models.ts';
import { CONVOLVED, metadataOf, OPERATORS, soundTflite, TENSORS, withFiles, withTensor } from '../testing/tflite/sound-tflite.ts';
import type { OperatorOf } from '../testing/tflite/tflite-writer.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function open(bytes: Bytes, others: Readonly<Record<string, Bytes>> = {}) {
  const files = { 'network.tflite': bytes, ...others };
  return readModel(Object.entries(files).map(([name, own]) => ({ name, bytes: own })));
}

describe('what a model of TFLite says of itself', () => {
  const LABELS = { 'labels.txt': 'cat\ndog\nhen\n' };

  it('is what its classes are called, in an archive at its end', async () => {
    const named = withFiles(soundTflite({ metadata: metadataOf({ labels: 'names of mine.txt' }) }), {
      'labels.txt': 'a\nb\nc',
      'names of mine.txt': 'cat\ndog\nhen',
    });
    expect((await open(named)).manifest.classNames).toEqual(['cat', 'dog', 'hen']);
    expect((await open(withFiles(soundTflite(), LABELS))).manifest.classNames).toEqual(['cat', 'dog', 'hen']);
    expect((await open(withFiles(soundTflite(), LABELS), { 'labels.txt': utf8('x\ny\nz') })).manifest.classNames).toEqual(['x', 'y', 'z']);
  });

  it.each([
    ['metadata.json', '{"task": "classify", "names": {"0": "cat", "1": "dog", "2": "hen"}}'],
    ['temp_meta.txt', "{'task': 'classify', 'imgsz': [8, 8], 'names': {0: 'cat', 1: 'dog', 2: 'hen'}}"],
  ])('is what Ultralytics notes: %s', async (name, text) => {
    expect((await open(withFiles(soundTflite(), { [name]: text }))).manifest.classNames).toEqual(['cat', 'dog', 'hen']);
  });

  it('is told of where it is damaged, and the network opens', async () => {
    const model = changed(withFiles(soundTflite(), LABELS), (copy) => copy.fill(255, copy.length - 92, copy.length - 84));
    const { manifest, remark } = await open(model);
    expect(manifest.classNames).toEqual([]);
    expect(remark).toContain('network.tflite');
    const broken = await open(soundTflite({ metadata: utf8('no table at all, but words') }));
    expect(broken.remark).toContain('The metadata in network.tflite is damaged');
  });

  it.each([
    ['one number for all channels', { mean: [127.5], std: [127.5] }, { scale: 1 / 127.5, mean: [1, 1, 1], std: [1, 1, 1] }],
    [
      'a number for each',
      { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] },
      { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
    ],
    ['nothing to do', { mean: [0], std: [1] }, { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }],
  ])('is how its images are prepared: %s', async (_what, normalization, expected) => {
    const { manifest, isGuessed } = await open(soundTflite({ metadata: metadataOf(normalization) }));
    const { scale, mean, std } = manifest.preprocessing;
    expect(isGuessed).toBe(false);
    expect(scale).toBeCloseTo(expected.scale, 7);
    for (const [given, wanted] of [
      [mean, expected.mean],
      [std, expected.std],
    ] as const)
      for (const [channel, value] of given.entries()) expect(value).toBeCloseTo(wanted[channel] ?? Number.NaN, 6);
  });

  it.each([
    ['uint8', { scales: [1 / 127.5], zeros: [127.5] }, { scale: 1 / 127.5, mean: [127 / 127.5], std: [1] }],
    ['int8', { scales: [1 / 255], zeros: [-128] }, { scale: 1 / 255, mean: [0], std: [1] }],
    ['uint8', { scales: [], zeros: [] }, { scale: 1, mean: [0], std: [1] }],
  ] as const)('is what the whole numbers stand for that it takes: %s', async (type, { scales, zeros }, expected) => {
    const whole = { type, ...(scales.length > 0 && { quantization: { scales, zeros: zeros.map(Math.floor) } }) };
    const { manifest, isGuessed } = await open(withTensor('image', whole));
    expect(isGuessed).toBe(false);
    expect(manifest.preprocessing.scale).toBeCloseTo(expected.scale, 7);
    expect(manifest.preprocessing.mean[0]).toBeCloseTo(expected.mean[0] ?? 0, 6);
  });

  it('is guessed by what converters left of its names', async () => {
    const named = { ...TENSORS, 'MobilenetV1/Conv/weights': { shape: [1], values: [1] } };
    const { manifest, isGuessed } = await open(soundTflite({ tensors: named }));
    expect(isGuessed).toBe(true);
    expect(manifest.preprocessing).toMatchObject({ scale: 1 / 127.5, mean: [1, 1, 1] });
  });

  it('is guessed by its operators, where they have lost their names', async () => {
    const [convolution, mean, ...others] = OPERATORS as [OperatorOf, OperatorOf, ...OperatorOf[]];
    const options = { 0: { int8: 0 }, 1: { int32: 1 }, 2: { int32: 1 }, 3: { int32: 1 }, 4: { int8: 3 } };
    const nameOf = (i: number) => (i === 0 ? CONVOLVED : `tfl.depthwise_conv_2d${i}`);
    const depthwise = Array.from({ length: 13 }, (_, i) => ({
      kind: 'DEPTHWISE_CONV_2D',
      inputs: [nameOf(i), 'k', ''],
      outputs: [nameOf(i + 1)],
      options,
    }));
    const results = Object.fromEntries(depthwise.map(({ outputs: [output = ''] }) => [output, { shape: [1, 8, 8, 4] }]));
    const tensors = { ...TENSORS, ...results, k: { shape: [1, 1, 1, 4], values: [1, 2, 3, 4] } };
    const { manifest, remark } = await open(
      soundTflite({ operators: [convolution, ...depthwise, { ...mean, inputs: [nameOf(13), 'sides'] }, ...others], tensors }),
    );
    expect(manifest.preprocessing).toMatchObject({ scale: 1 / 127.5, mean: [1, 1, 1] });
    expect(remark).toContain('looks like a MobileNet');
  });

  it('is said by Teachable Machine’s archive', async () => {
    const archive = zipOf({ 'model_unquant.tflite': soundTflite(), 'labels.txt': utf8('0 cat\n1 dog\n2 hen\n') });
    const { manifest, remark } = await readModel([{ name: 'converted_tflite.zip', bytes: archive }]);
    expect(manifest.classNames).toEqual(['cat', 'dog', 'hen']);
    expect(manifest.preprocessing).toMatchObject({ scale: 1 / 127.5, mean: [1, 1, 1], fit: 'centre-crop' });
    expect(remark).toContain('look like an export of Teachable Machine');
  });
});
