/** ResNets whose modules have numbers in place of their names are the same networks. */
import { describe, expect, it } from 'vitest';
import { asObject, objectsIn } from '../json.ts';
import { valuesOf } from '../testing/sound-network.ts';
import type { TorchTensor } from '../testing/sound-safetensors.ts';
import { resNetTensors } from '../testing/torch/torch-files.ts';
import { modelOfStateDict } from './model-of-state-dict.ts';

const NUMBERS: Readonly<Record<string, string>> = { conv1: '0', bn1: '1', layer1: '4', layer2: '5', layer3: '6', layer4: '7' };

function modelOf(tensors: readonly TorchTensor[]) {
  return modelOfStateDict('net.pth', new Map(tensors.map((one) => [one.name, { ...one, source: one.name }])), { copy: null });
}

/** @param root what stands before the numbers @param head what `fc` is called */
function numbered(root: string, head: string): TorchTensor[] {
  return resNetTensors().map((one) => {
    const [module = '', ...rest] = one.name.split('.');
    const own = module === 'fc' ? head : `${root}${NUMBERS[module]}`;
    return { ...one, name: [own, ...rest].join('.') };
  });
}

function tensor(name: string, shape: readonly number[]): TorchTensor {
  return { name, shape, values: valuesOf(shape) };
}

describe('a ResNet whose modules have numbers', () => {
  const plain = modelOf(resNetTensors()).artifacts;
  const summary = ({ topology }: typeof plain) =>
    objectsIn(topology.config.layers).map(({ class_name: kind, config }) => [kind, asObject(config)?.strides]);

  it.each([
    ['backbone.', 'fc'],
    ['backbone.', 'classifier'],
    ['module.encoder.', 'module.fc'],
    ['', '10'],
  ])('is one by its names: %s and %s', (root, head) => {
    const { artifacts, remark } = modelOf(numbered(root, head));
    expect(summary(artifacts)).toEqual(summary(plain));
    expect(artifacts.data).toEqual(plain.data);
    expect(remark).not.toContain('twice as many features');
  });

  it('of fastai takes maxima and means of its maps', () => {
    const body = numbered('0.', 'fc').filter(({ name }) => !name.startsWith('fc'));
    const norm = (name: string, size: number) =>
      ['weight', 'bias', 'running_mean', 'running_var'].map((own) => tensor(`${name}.${own}`, [size]));
    const head = [...norm('1.2', 16), tensor('1.4.weight', [5, 16]), ...norm('1.6', 5), tensor('1.8.weight', [3, 5])];
    const { artifacts, remark } = modelOf([...body, ...head]);
    expect(remark).toContain('Its head takes twice as many features as there are channels, as fastai’s do');
    const kinds = objectsIn(artifacts.topology.config.layers).map(({ class_name: kind }) => kind);
    expect(kinds.slice(kinds.indexOf('GlobalMaxPooling2D'))).toEqual([
      'GlobalMaxPooling2D',
      'GlobalAveragePooling2D',
      'Concatenate',
      'BatchNormalization',
      'Dense',
      'BatchNormalization',
      'Dense',
    ]);
    // Maxima come first.
    const joined = objectsIn(artifacts.topology.config.layers).find(({ class_name: kind }) => kind === 'Concatenate');
    expect(JSON.stringify(joined?.inbound_nodes)).toMatch(/"maxima".*"means"/);
  });

  it('is none where its first modules are others', () => {
    const other = numbered('backbone.', 'fc').map((one) => ({ ...one, name: one.name.replace('backbone.1.', 'backbone.2.') }));
    expect(() => modelOf(other)).toThrow('are those of no architecture that is known here');
  });
});
