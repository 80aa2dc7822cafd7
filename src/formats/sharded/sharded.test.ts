import { describe, expect, it } from 'vitest';
import { roleOf } from '../file-role.ts';
import type { GivenFile } from '../given-file.ts';
import { pathsOfParts } from '../named-parts.ts';
import { readModel } from '../read-model.ts';
import { utf8 } from '../testing/sound-models.ts';
import { given, refusal } from '../testing/sound-reading.ts';
import { safetensorsWith } from '../testing/sound-safetensors.ts';
import { resNetTensors, torchFile } from '../testing/torch/torch-files.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const tensors = resNetTensors();
const THIRD = Math.floor(tensors.length / 3);
const parts = [tensors.slice(0, THIRD), tensors.slice(THIRD, 2 * THIRD), tensors.slice(2 * THIRD)];

function nameOf(i: number, kind: string): string {
  const stem = kind === 'safetensors' ? 'model' : 'pytorch_model';
  return `${stem}-0000${i + 1}-of-00003.${kind}`;
}

function indexOf(kind: string): Bytes {
  const places = parts.flatMap((part, i) => part.map(({ name }) => [name, nameOf(i, kind)]));
  return utf8(JSON.stringify({ metadata: { total_size: 1 }, weight_map: Object.fromEntries(places) }));
}

function shardsOf(kind: string): GivenFile[] {
  return parts.map((part, i) => ({ name: nameOf(i, kind), bytes: kind === 'bin' ? torchFile(part) : safetensorsWith(part) }));
}

const INDEX = 'model.safetensors.index.json';

describe('weights in several files', () => {
  it.each(['safetensors', 'bin'])('are one model with their index, in any order: .%s', async (kind) => {
    const whole = await readModel(given({ 'model.safetensors': safetensorsWith(tensors) }));
    const name = `model.${kind}.index.json`;
    const read = await readModel([...shardsOf(kind).reverse(), { name, bytes: indexOf(kind) }]);
    expect(read.artifacts).toEqual(whole.artifacts);
    expect(read.fileName).toBe(name);
  });

  it('are found under the names that a browser gave them', async () => {
    const renamed = shardsOf('safetensors').map(({ name, bytes }) => ({ name: name.replace('.safe', ' (1).safe'), bytes }));
    const read = await readModel([...renamed, { name: INDEX, bytes: indexOf('safetensors') }]);
    expect(read.artifacts.weights.length).toBeGreaterThan(20);
  });

  it('wait for what is missing', async () => {
    const [first, ...others] = shardsOf('safetensors') as [GivenFile, ...GivenFile[]];
    const index = { name: INDEX, bytes: indexOf('safetensors') };
    await expect(readModel([index, ...others])).rejects.toMatchObject(
      refusal('model-file-missing', 'The file model.*index\\.json', first.name),
    );
    await expect(readModel([first])).rejects.toMatchObject(
      refusal('model-file-missing', `The file ${first.name} holds a part`, 'index\\.json'),
    );
    await expect(readModel([index])).rejects.toMatchObject(refusal('model-file-missing', 'The file model.*lacks its weights'));
  });

  it.each(['safetensors', 'bin'])('lack nothing that their index names: .%s', async (kind) => {
    const places = { ...JSON.parse(new TextDecoder().decode(indexOf(kind))).weight_map, 'bn1.num_batches_tracked': nameOf(0, kind) };
    const index = (more: object) => ({ name: INDEX, bytes: utf8(JSON.stringify({ weight_map: { ...places, ...more } })) });
    expect((await readModel([...shardsOf(kind), index({})])).artifacts.weights.length).toBeGreaterThan(20);
    await expect(readModel([...shardsOf(kind), index({ 'conv1.bias': nameOf(0, kind) })])).rejects.toMatchObject(
      refusal('model-file-broken', 'The file model.*index\\.json names conv1\\.bias, which none of its files has'),
    );
  });

  it('are named by their index, for a server to be asked', async () => {
    const bytes = indexOf('safetensors');
    const role = roleOf(INDEX, bytes);
    expect(await pathsOfParts(role, async () => ({ name: INDEX, bytes }))).toEqual([0, 1, 2].map((i) => nameOf(i, 'safetensors')));
  });

  it('need no index where they are one file', async () => {
    const name = 'model-00001-of-00001.safetensors';
    const index = utf8(JSON.stringify({ weight_map: Object.fromEntries(tensors.map((tensor) => [tensor.name, name])) }));
    const read = await readModel(given({ [name]: safetensorsWith(tensors), [INDEX]: index }));
    expect(read.fileName).toBe(name);
  });

  it.each([
    ['another place', { w: '../../w.safetensors' }],
    ['a server', { w: 'https://example.org/w.safetensors' }],
    ['a number', { w: 1 }],
    ['nothing', {}],
  ])('are not looked for where the index names %s', async (_what, places) => {
    const index = utf8(JSON.stringify({ weight_map: places }));
    await expect(readModel(given({ [INDEX]: index }))).rejects.toMatchObject(
      refusal('model-file-broken', 'The file model\\.safetensors\\.index\\.json does not say'),
    );
  });

  it('that have a tensor twice are refused', async () => {
    const [first, second, third] = shardsOf('safetensors') as [GivenFile, GivenFile, GivenFile];
    const index = { name: INDEX, bytes: indexOf('safetensors') };
    await expect(readModel([index, first, second, { ...third, bytes: first.bytes }])).rejects.toMatchObject(
      refusal('model-file-broken', 'The file model-00003-of-00003\\.safetensors has the tensor conv1\\.weight'),
    );
  });
});
