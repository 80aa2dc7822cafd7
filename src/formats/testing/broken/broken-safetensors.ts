/** `.safetensors` files that are damaged, or made to do harm, or hold another network. */

import { valuesOf } from '../sound-network.ts';
import { denseNetTensors, safetensorsOf, safetensorsWith, type TorchTensor } from '../sound-safetensors.ts';
import { alone, type BrokenCase, changed, cutAt, placeOf } from './broken-case.ts';

const NAME = 'weights.safetensors';

function truncated(): BrokenCase[] {
  const sound = safetensorsWith(denseNetTensors());
  const places = [1, 7, 8, 9, 100, 0.2, 0.4, 0.6, 0.9, sound.length - 4, sound.length - 1];
  return places.map((at) => alone(`safetensors cut short at ${at}`, NAME, cutAt(sound, at)));
}

/** A length that the header does not have. */
function withLength(bytes: Uint8Array<ArrayBuffer>, length: bigint): Uint8Array<ArrayBuffer> {
  return changed(bytes, (copy) => new DataView(copy.buffer).setBigUint64(0, length, true));
}

function wrongHeaders(): BrokenCase[] {
  const sound = safetensorsWith(denseNetTensors());
  const length = new DataView(sound.buffer).getBigUint64(0, true);
  const entry = (shape: unknown, offsets: unknown, dtype: unknown = 'F32') => ({ dtype, shape, data_offsets: offsets });
  const of = (what: string, header: unknown, bytes = 16) =>
    alone(`safetensors with ${what}`, NAME, safetensorsOf(JSON.stringify(header), new Uint8Array(bytes)));
  const text = (what: string, header: string) => alone(`safetensors with ${what}`, NAME, safetensorsOf(header, new Uint8Array(16)));
  const flip = (what: string, at: number) =>
    alone(
      `safetensors with a bit turned over in ${what}`,
      NAME,
      changed(sound, (copy) => copy.set([(copy[at] ?? 0) ^ 1], at)),
    );
  return [
    alone('safetensors whose header claims three gigabytes', NAME, withLength(sound, 3_000_000_000n)),
    alone('safetensors whose header claims all there can be', NAME, withLength(sound, 0xffff_ffff_ffff_ffffn)),
    alone('safetensors whose header is one byte too long', NAME, withLength(sound, length + 1n)),
    alone('safetensors whose header is one byte too short', NAME, withLength(sound, length - 1n)),
    alone('safetensors without a header', NAME, withLength(sound, 0n)),
    flip('the length', 1),
    flip('a name', placeOf(sound, 'features.norm0.bias') + 9),
    flip('a kind of number', placeOf(sound, '"F32"') + 1),
    flip('a shape', placeOf(sound, '[8,3,7,7]') + 1),
    flip('a place', placeOf(sound, 'data_offsets', 3) + 15),
    flip('a bracket', placeOf(sound, '{"dtype"', 2)),
    of('a list for a header', []),
    of('no tensors', {}, 0),
    of('nothing but remarks', { __metadata__: { format: 'pt' } }, 0),
    of('a tensor that is null', { w: null }),
    of('a tensor that is a text', { w: 'F32' }),
    of('a tensor without a shape', { w: { dtype: 'F32', data_offsets: [0, 16] } }),
    of('a tensor without a place', { w: { dtype: 'F32', shape: [4] } }),
    of('a shape that is negative', { w: entry([-4], [0, 16]) }),
    of('a shape that is twice negative', { w: entry([-2, -2], [0, 16]) }),
    of('half a row', { w: entry([0.5, 8], [0, 16]) }),
    of('a shape of nulls', { w: entry([null, 4], [0, 16]) }),
    of('a shape of texts', { w: entry(['4'], [0, 16]) }),
    of('a shape that is an object', { w: entry({ rows: 4 }, [0, 16]) }),
    text('an endless shape', '{"w":{"dtype":"F32","shape":[1e999],"data_offsets":[0,16]}}'),
    of('a shape of three gigabytes', { w: entry([750_000_000], [0, 3_000_000_000]) }),
    of('more values than there are numbers', { w: entry([2 ** 40, 2 ** 40], [0, 16]) }),
    of('a place before the start', { w: entry([4], [-16, 0]) }),
    of('a place beyond the end', { w: entry([4], [16, 32]) }),
    of('a place that runs backwards', { w: entry([4], [16, 0]) }),
    of('a place of one number', { w: entry([4], [0]) }),
    of('a place of texts', { w: entry([4], ['0', '16']) }),
    of('tensors that overlap', { a: entry([3], [0, 12]), b: entry([3], [4, 16]) }),
    of('two tensors in one place', { a: entry([4], [0, 16]), b: entry([4], [0, 16]) }),
    of('a gap between its tensors', { a: entry([1], [0, 4]), b: entry([1], [12, 16]) }),
    of('more bytes than tensors', { a: entry([1], [0, 4]) }),
    text(
      'a tensor that is named twice',
      '{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}}',
    ),
    of('complex numbers', { w: entry([2], [0, 16], 'C64') }),
    of('numbers of eight bits', { w: entry([16], [0, 16], 'F8_E4M3') }),
    of('numbers of no kind', { w: entry([4], [0, 16], null) }),
    of('a kind of number that is a method', { w: entry([4], [0, 16], 'constructor') }),
    of('a tensor called __proto__', JSON.parse('{"__proto__":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}')),
    text('a header of a hundred thousand brackets', `{"w":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
    text('a header that is no JSON', 'features.conv0.weight'),
    text('half a header', '{"w":{"dtype":"F32"'),
  ];
}

/** Sound files of tensors that make no DenseNet. */
function otherNetworks(): BrokenCase[] {
  const tensor = (name: string, shape: readonly number[]): TorchTensor => ({ name, shape, values: valuesOf(shape) });
  const sound = denseNetTensors();
  const of = (what: string, tensors: readonly TorchTensor[]) => alone(`safetensors with ${what}`, NAME, safetensorsWith(tensors));
  const without = (name: string) => sound.filter((known) => known.name !== name);
  const reshaped = (name: string, shape: readonly number[]) => sound.map((known) => (known.name === name ? tensor(name, shape) : known));
  return [
    of('a ResNet', [tensor('conv1.weight', [8, 3, 7, 7]), tensor('layer1.0.conv1.weight', [8, 8, 3, 3]), tensor('fc.weight', [3, 8])]),
    of('a language model', [tensor('model.embed_tokens.weight', [50, 8]), tensor('model.layers.0.self_attn.q_proj.weight', [8, 8])]),
    of('a DenseNet and something else behind it', [...sound, tensor('decoder.weight', [4, 10])]),
    of('a DenseNet whose stem is biased too much', [...sound, tensor('features.conv0.bias', [9])]),
    of('a DenseNet with a transition after its last block', [...sound, tensor('features.transition2.conv.weight', [5, 10, 1, 1])]),
    of('a DenseNet with two heads', [...sound, tensor('fc.weight', [5, 10])]),
    of('a DenseNet without its first convolution', without('features.conv0.weight')),
    of('a DenseNet without a normalisation', without('features.denseblock2.denselayer1.norm2.running_mean')),
    of('a DenseNet without its last normalisation', without('features.norm5.weight')),
    of(
      'a DenseNet with a hole in it',
      sound.filter(({ name }) => !name.startsWith('features.denseblock1')),
    ),
    of(
      'a DenseNet without a transition',
      sound.filter(({ name }) => !name.startsWith('features.transition1')),
    ),
    of('a DenseNet of another stem', reshaped('features.conv0.weight', [9, 3, 7, 7])),
    of('a DenseNet for images of two channels', reshaped('features.conv0.weight', [8, 2, 7, 7])),
    of('a DenseNet whose stem is flat', reshaped('features.conv0.weight', [1176])),
    of('a DenseNet whose stem has five dimensions', reshaped('features.conv0.weight', [8, 3, 7, 7, 1])),
    of('a DenseNet whose layers do not fit', reshaped('features.denseblock2.denselayer1.conv1.weight', [8, 7, 1, 1])),
    of('a DenseNet whose head does not fit', reshaped('classifier.weight', [3, 11])),
    of('a DenseNet whose head is biased too much', reshaped('classifier.bias', [4])),
    of('a DenseNet of a billion blocks', [...sound, tensor('features.denseblock999999999.denselayer1.conv1.weight', [8, 10, 1, 1])]),
    of('a DenseNet of a billion layers', [...sound, tensor('features.denseblock2.denselayer999999999.conv1.weight', [8, 10, 1, 1])]),
  ];
}

export function brokenSafetensors(): BrokenCase[] {
  return [...truncated(), ...wrongHeaders(), ...otherNetworks()];
}
