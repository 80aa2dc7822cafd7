/** Small sound safetensors files, made on the spot. */
import { utf8 } from './sound-models.ts';
import { valuesOf } from './sound-network.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A length, a header, and the tensors. */
export function safetensorsOf(header: string, body: Uint8Array): Bytes {
  const json = utf8(header);
  const bytes = new Uint8Array(8 + json.length + body.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(body, 8 + json.length);
  return bytes;
}

export interface TorchTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Tensors one after the other, as F32. */
export function safetensorsWith(tensors: readonly TorchTensor[]): Bytes {
  const body = new Float32Array(tensors.reduce((sum, { values }) => sum + values.length, 0));
  let at = 0;
  const entries = tensors.map(({ name, shape, values }) => {
    body.set(values, at);
    const start = at * 4;
    at += values.length;
    return [name, { dtype: 'F32', shape, data_offsets: [start, at * 4] }];
  });
  return safetensorsOf(JSON.stringify(Object.fromEntries(entries)), new Uint8Array(body.buffer));
}

/** The smallest DenseNet, of two blocks with a layer each, under torchvision's names. */
export function denseNetTensors(classes = 3): TorchTensor[] {
  const tensors: TorchTensor[] = [];
  const add = (name: string, shape: readonly number[]) => tensors.push({ name, shape, values: valuesOf(shape) });
  const norm = (name: string, channels: number) => {
    for (const own of ['weight', 'bias', 'running_mean', 'running_var']) add(`${name}.${own}`, [channels]);
  };
  const layer = (name: string, channels: number) => {
    norm(`${name}.norm1`, channels);
    add(`${name}.conv1.weight`, [8, channels, 1, 1]);
    norm(`${name}.norm2`, 8);
    add(`${name}.conv2.weight`, [4, 8, 3, 3]);
  };
  add('features.conv0.weight', [8, 3, 7, 7]);
  norm('features.norm0', 8);
  layer('features.denseblock1.denselayer1', 8);
  norm('features.transition1.norm', 12);
  add('features.transition1.conv.weight', [6, 12, 1, 1]);
  layer('features.denseblock2.denselayer1', 6);
  norm('features.norm5', 10);
  add('classifier.weight', [classes, 10]);
  add('classifier.bias', [classes]);
  return tensors;
}
