/** Networks under the names of Hugging Face's transformers are those of torchvision and timm, weight for weight. */
import { describe, expect, it } from 'vitest';
import type { NamedTensor } from '../network/named-tensor.ts';
import { valuesOf } from '../testing/sound-network.ts';
import { resNetTensors } from '../testing/torch/torch-files.ts';
import { modelOfStateDict } from './model-of-state-dict.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

function dict(tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array }[]): Tensors {
  return new Map(tensors.map(({ name, shape, values }) => [name, { shape, values, source: name }]));
}

function renamed(tensors: Tensors, rules: readonly (readonly [RegExp, string | ((...found: string[]) => string)])[]): Tensors {
  const nameOf = (name: string) =>
    rules.reduce((text, [pattern, to]) => (typeof to === 'string' ? text.replace(pattern, to) : text.replace(pattern, to)), name);
  return new Map([...tensors].map(([name, tensor]) => [nameOf(name), { ...tensor, source: nameOf(name) }]));
}

function expectSame(own: Tensors, other: Tensors): void {
  const [a, b] = [own, other].map((tensors) => modelOfStateDict('w.safetensors', tensors, { copy: null }));
  const namesOf = (model: typeof a) => model?.artifacts.weights.map(({ name }) => name);
  expect([...other.keys()].filter((name) => own.has(name))).toEqual([]);
  expect(b?.artifacts.data).toEqual(a?.artifacts.data);
  expect(namesOf(b)?.length).toBe(namesOf(a)?.length);
}

/** The smallest ConvNeXt of two stages, under timm's names. */
function convNeXtTensors(): Tensors {
  const norm = (name: string, channels: number) => [`${name}.weight`, `${name}.bias`].map((own) => [own, [channels]] as const);
  const layer = (name: string, ...shape: number[]) => [[`${name}.weight`, shape] as const, [`${name}.bias`, shape.slice(0, 1)] as const];
  const block = (name: string, width: number) => [
    [`${name}.gamma`, [width]] as const,
    ...layer(`${name}.conv_dw`, width, 1, 7, 7),
    ...norm(`${name}.norm`, width),
    ...layer(`${name}.mlp.fc1`, 4 * width, width),
    ...layer(`${name}.mlp.fc2`, width, 4 * width),
  ];
  const shapes = [
    ...layer('stem.0', 4, 3, 4, 4),
    ...norm('stem.1', 4),
    ...block('stages.0.blocks.0', 4),
    ...block('stages.0.blocks.1', 4),
    ...norm('stages.1.downsample.0', 4),
    ...layer('stages.1.downsample.1', 8, 4, 2, 2),
    ...block('stages.1.blocks.0', 8),
    ...norm('head.norm', 8),
    ...layer('head.fc', 3, 8),
  ];
  return dict(shapes.map(([name, shape]) => ({ name, shape, values: valuesOf(shape) })));
}

describe('the names of transformers', () => {
  it.each(['resnet.', ''])('are read for a ResNet (%s)', (prefix) => {
    expectSame(
      dict(resNetTensors()),
      renamed(dict(resNetTensors()), [
        [/^conv1\./, `${prefix}embedder.embedder.convolution.`],
        [/^bn1\./, `${prefix}embedder.embedder.normalization.`],
        [/\.conv(\d)\./, (_all, i) => `.layer.${Number(i) - 1}.convolution.`],
        [/\.bn(\d)\./, (_all, i) => `.layer.${Number(i) - 1}.normalization.`],
        [/\.downsample\.0\./, '.shortcut.convolution.'],
        [/\.downsample\.1\./, '.shortcut.normalization.'],
        [/^layer(\d)\./, (_all, i) => `${prefix}encoder.stages.${Number(i) - 1}.layers.`],
        [/^fc\./, 'classifier.1.'],
      ]),
    );
  });

  it('and of its authors are read for a ConvNeXt', () => {
    const authors = renamed(convNeXtTensors(), [
      [/^stem\./, 'downsample_layers.0.'],
      [/^stages\.(\d+)\.downsample\./, 'downsample_layers.$1.'],
      [/\.blocks\./, '.'],
      [/\.conv_dw\./, '.dwconv.'],
      [/\.mlp\.fc/, '.pwconv'],
      [/^head\.norm\./, 'norm.'],
      [/^head\.fc\./, 'head.'],
    ]);
    expectSame(convNeXtTensors(), authors);
  });

  it('are read for a ConvNeXt', () => {
    expectSame(
      convNeXtTensors(),
      renamed(convNeXtTensors(), [
        [/^stem\.0\./, 'convnext.embeddings.patch_embeddings.'],
        [/^stem\.1\./, 'convnext.embeddings.layernorm.'],
        [/\.downsample\./, '.downsampling_layer.'],
        [/\.blocks\./, '.layers.'],
        [/\.conv_dw\./, '.dwconv.'],
        [/(\.layers\.\d+)\.norm\./, '$1.layernorm.'],
        [/\.mlp\.fc/, '.pwconv'],
        [/\.gamma$/, '.layer_scale_parameter'],
        [/^stages\./, 'convnext.encoder.stages.'],
        [/^head\.norm\./, 'convnext.layernorm.'],
        [/^head\.fc\./, 'classifier.'],
      ]),
    );
  });
});
