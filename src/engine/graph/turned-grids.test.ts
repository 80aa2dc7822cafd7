import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { canBeExplained } from '../../explain/layer-info.ts';
import { type Json, packArtifacts } from '../../formats/network/artifacts.ts';
import { loadModel } from '../loading/loaded-model.ts';
import { asRead, testManifest } from '../testing/test-engine.ts';

const TURNED = 'Its rows and columns are not the image’s: the sides of its activation have changed places.';

type Layer = readonly [kind: string, name: string, config: { readonly [key: string]: Json }];

/** Of 6 x 5 cells. A convolution takes four channels, the first one three. */
async function layersOf(rows: readonly Layer[]) {
  const layers: Json[] = rows.map(([kind, name, config]) => ({ class_name: kind, config: { name, ...config } }));
  const image: Json = { class_name: 'InputLayer', config: { name: 'image', batch_input_shape: [null, 6, 5, 3] } };
  const end: Json = { class_name: 'GlobalAveragePooling2D', config: { name: 'scores', data_format: 'channels_last' } };
  const convolutions = rows.filter(([kind]) => kind === 'Conv2D');
  const weights = convolutions.map(([, name], i) => {
    const shape = [1, 1, i === 0 ? 3 : 4, 4];
    return { name: `${name}/kernel`, shape, values: new Float32Array((shape[2] ?? 0) * 4).fill(0.1) };
  });
  const config = { name: 'turned', layers: [image, ...layers, end] };
  const { info, dispose } = await loadModel(
    'turned',
    asRead(packArtifacts({ class_name: 'Sequential', config }, weights), testManifest(6, 5)),
    null,
  );
  dispose();
  return info.layers;
}

const UNKNOWN = 'Nothing tells whether its rows and columns are the image’s: its values are laid out anew.';

const CONVOLUTION = { filters: 4, kernel_size: [1, 1], strides: [1, 1], padding: 'same', data_format: 'channels_last', use_bias: false };
const convolution = (name: string): Layer => ['Conv2D', name, CONVOLUTION];
const permute = (name: string, dims: readonly number[]): Layer => ['Permute', name, { dims: [...dims] }];
const reshape = (name: string, shape: readonly number[]): Layer => ['Reshape', name, { target_shape: [...shape] }];
const relu: Layer = ['Activation', 'relu', { activation: 'relu' }];

describe('layers that can be explained', () => {
  it('are none of those whose sides have changed places', async () => {
    const layers = await layersOf([
      convolution('conv'),
      permute('same', [1, 2, 3]),
      permute('first', [3, 1, 2]),
      relu,
      permute('last', [2, 3, 1]),
      permute('columns', [2, 1, 3]),
      reshape('anew', [6, 5, 4]),
    ]);
    expect(layers.filter(canBeExplained).map(({ name }) => name)).toEqual(['conv', 'same', 'last', 'anew']);
    expect(layers.flatMap(({ name, unsupportedReason }) => (unsupportedReason === TURNED ? [name] : []))).toEqual([
      'first',
      'relu',
      'columns',
    ]);
  });

  it('have the rows and columns that the next convolution takes them for, where values are laid out anew', async () => {
    const layers = await layersOf([
      convolution('conv'),
      reshape('first', [4, 6, 5]),
      relu,
      permute('last', [2, 3, 1]),
      convolution('conv_of_last'),
      reshape('cells', [3, 10, 4]),
      convolution('conv_of_cells'),
    ]);
    expect(layers.filter(canBeExplained).map(({ name }) => name)).toEqual(['conv', 'last', 'conv_of_last', 'cells', 'conv_of_cells']);
    expect(layers.flatMap(({ name, unsupportedReason }) => (unsupportedReason === TURNED ? [name] : []))).toEqual(['first', 'relu']);
  });

  it('are none of which nothing tells what they were laid out as', async () => {
    const layers = await layersOf([
      convolution('conv'),
      reshape('upright', [6, 5, 4]),
      convolution('conv_of_upright'),
      reshape('anew', [4, 6, 5]),
      relu,
      reshape('vector', [120]),
      reshape('units', [1, 1, 120]),
    ]);
    expect(layers.filter(canBeExplained).map(({ name }) => name)).toEqual(['conv', 'upright', 'conv_of_upright']);
    expect(layers.flatMap(({ name, unsupportedReason }) => (unsupportedReason === UNKNOWN ? [name] : []))).toEqual(['anew', 'relu']);
  });
});
