import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../../json.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import { modelOfStateDict } from '../model-of-state-dict.ts';

const WIDTHS = [8, 12, 16];

/** The weights of a plain row with a pooling after each convolution, and a head that takes so many cells. */
function weights(cells: number, { places = [0, 3, 6], channels = 3 } = {}): Map<string, NamedTensor> {
  const tensors = new Map<string, NamedTensor>();
  const add = (name: string, ...shape: number[]) => {
    const size = shape.reduce((product, side) => product * side, 1);
    tensors.set(name, { name, source: name, shape, values: new Float32Array(size).fill(0.1) } as NamedTensor);
  };
  for (const [i, place] of places.entries()) {
    add(`features.${place}.weight`, WIDTHS[i] ?? 16, i === 0 ? channels : (WIDTHS[i - 1] ?? 16), 3, 3);
    add(`features.${place}.bias`, WIDTHS[i] ?? 16);
  }
  const last = WIDTHS[places.length - 1] ?? 16;
  add('classifier.1.weight', 20, last * cells);
  add('classifier.1.bias', 20);
  add('classifier.3.weight', 5, 20);
  add('classifier.3.bias', 5);
  return tensors;
}

function opened(tensors: Map<string, NamedTensor>, choices = {}) {
  const model = modelOfStateDict('own.pth', tensors, { copy: null, choices });
  const layers = objectsIn(model.artifacts.topology.config.layers);
  return {
    input: asObject(layers[0]?.config)?.batch_input_shape,
    kinds: layers.map(({ class_name: kind }) => kind),
    paddings: layers.flatMap(({ class_name: kind, config }) => (kind === 'Conv2D' ? [asObject(config)?.padding] : [])),
    remark: model.remark,
    choices: model.choices,
  };
}

describe('a row of somebody’s own, by the cells that its head takes', () => {
  it.each([
    ['images of 32, padded and pooled', 16, {}, 32, true, 3],
    ['images of 64, padded and pooled', 64, {}, 64, true, 3],
    ['images of 32, not padded', 4, {}, 32, false, 3],
    ['images of 32 whose last map is not pooled', 64, { places: [0, 3] }, 32, true, 2],
    ['grey images of 28 with as many cells as VGG’s own', 49, { places: [0, 3], channels: 1 }, 28, true, 2],
  ] as const)('is laid out for %s', (_what, cells, row, side, isPadded, poolings) => {
    const { input, kinds, paddings, remark } = opened(weights(cells, row as object));
    expect(input).toEqual([null, side, side, 'channels' in row ? 1 : 3]);
    expect(new Set(paddings)).toEqual(new Set([isPadded ? 'same' : 'valid']));
    expect(kinds.filter((kind) => kind === 'MaxPooling2D')).toHaveLength(poolings);
    expect(kinds).not.toContain('AdaptiveAveragePooling2D');
    expect(remark).toContain(isPadded ? 'is assumed to be “zeros, so that maps keep their size”' : 'is assumed to be “nothing');
    expect(remark).toContain(`it is laid out for images of ${side} × ${side}`);
  });

  it.each([
    ['three rows and six columns', 3 * 6, [24, 48]],
    ['four rows and six columns', 4 * 6, [32, 48]],
    ['six rows and twelve columns', 6 * 12, [48, 96]],
  ] as const)('is laid out for images that are no squares: %s', (_what, cells, [height, width]) => {
    const { input, kinds, remark, choices } = opened(weights(cells));
    expect(input).toEqual([null, height, width, 3]);
    expect(kinds).not.toContain('AdaptiveAveragePooling2D');
    expect(remark).toContain(`is laid out for images of ${height} × ${width} (height × width); other sizes are offered below.`);
    expect(choices?.find(({ id }) => id === 'image-size')?.options.map(({ id }) => id)).toContain(`${width}x${height}`);
    expect(opened(weights(cells), { 'image-size': `${width}x${height}` }).input).toEqual([null, width, height, 3]);
    expect(opened(weights(cells), { 'head-cells': 'averaged' }).kinds).toContain('AdaptiveAveragePooling2D');
  });

  it('can be read otherwise', () => {
    const { input, paddings, choices } = opened(weights(16), { padding: 'not-padded', 'own-pooling': 'not-pooled', 'image-size': '30' });
    expect(input).toEqual([null, 30, 30, 3]);
    expect(new Set(paddings)).toEqual(new Set(['valid']));
    expect(choices?.map(({ id }) => id)).toEqual(expect.arrayContaining(['padding', 'own-pooling', 'image-size']));
  });

  it('is refused where no usual image leaves so many', () => {
    // Convolutions that stride have no pooling between them.
    expect(() => opened(weights(16, { places: [0, 2, 4] }))).toThrow(
      'its head takes 16 cells of a map, and 3 convolutions of 3 × 3 leave so many of no usual image',
    );
  });
});
