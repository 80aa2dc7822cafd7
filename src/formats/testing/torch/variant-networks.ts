/** Narrow networks of timm's that torchvision does not have, as state dicts; `tools/fixtures/make_variant_numbers.py` makes the same ones. */
import type { TorchTensor } from '../sound-safetensors.ts';
import { torchFile } from './torch-files.ts';

const PRIME = 10007;

/** By name and place, as PyTorch gets them. */
function filled(name: string, shape: readonly number[]): TorchTensor {
  const ofName = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) * 104729;
  const count = shape.reduce((product, side) => product * side, 1);
  const bound = Math.sqrt(6 / (count / (shape[0] ?? 1)));
  const made = (value: number) => {
    if (name.endsWith('running_var')) return value + 0.5;
    if (shape.length > 1) return (2 * value - 1) * bound;
    return name.endsWith('weight') ? value * 0.8 + 0.6 : (value - 0.5) * 0.4;
  };
  return { name, shape, values: Float32Array.from({ length: count }, (_, i) => made(((i * 7919 + ofName) % PRIME) / PRIME)) };
}

class Tensors {
  readonly all: TorchTensor[] = [];

  of(name: string, ...shape: readonly number[]): this {
    this.all.push(filled(name, shape));
    return this;
  }

  convolution(name: string, takes: number, gives: number, side = 1): this {
    return this.of(`${name}.weight`, gives, takes, side, side);
  }

  affine(name: string, channels: number): this {
    return this.of(`${name}.weight`, channels).of(`${name}.bias`, channels);
  }

  batchNorm(name: string, channels: number): this {
    return this.affine(name, channels).of(`${name}.running_mean`, channels).of(`${name}.running_var`, channels);
  }

  linear(name: string, takes: number, gives: number): this {
    return this.of(`${name}.weight`, gives, takes).of(`${name}.bias`, gives);
  }
}

type Norm = 'batchNorm' | 'affine';

function convNeXtV2(t: Tensors): void {
  t.convolution('stem.0', 3, 6, 4).of('stem.0.bias', 6).affine('stem.1', 6);
  let before = 6;
  for (const [i, width] of [6, 8, 10].entries()) {
    if (width !== before)
      t.affine(`stages.${i}.downsample.0`, before)
        .convolution(`stages.${i}.downsample.1`, before, width, 2)
        .of(`stages.${i}.downsample.1.bias`, width);
    const block = `stages.${i}.blocks.0`;
    t.convolution(`${block}.conv_dw`, 1, width, 7).of(`${block}.conv_dw.bias`, width).affine(`${block}.norm`, width);
    t.linear(`${block}.mlp.fc1`, width, 4 * width)
      .affine(`${block}.mlp.grn`, 4 * width)
      .linear(`${block}.mlp.fc2`, 4 * width, width);
    before = width;
  }
  t.affine('head.norm', before).linear('head.fc', before, 3);
}

function resNetV2(norm: Norm, isDeep: boolean) {
  return (t: Tensors): void => {
    if (isDeep) {
      t.convolution('stem.conv1', 3, 4, 3)[norm]('stem.norm1', 4);
      t.convolution('stem.conv2', 4, 4, 3)[norm]('stem.norm2', 4).convolution('stem.conv3', 4, 8, 3);
    } else t.convolution('stem.conv', 3, 8, 7);
    let before = 8;
    for (const [i, width] of [16, 32, 32].entries()) {
      const [block, inner] = [`stages.${i}.blocks.0`, width / 4];
      t.convolution(`${block}.downsample.conv`, before, width);
      t[norm](`${block}.norm1`, before).convolution(`${block}.conv1`, before, inner);
      t[norm](`${block}.norm2`, inner).convolution(`${block}.conv2`, inner, inner, 3);
      t[norm](`${block}.norm3`, inner).convolution(`${block}.conv3`, inner, width);
      before = width;
    }
    t[norm]('norm', before).convolution('head.fc', before, 3).of('head.fc.bias', 3);
  };
}

const DENSE_STEM = [
  [3, 4],
  [4, 4],
  [4, 8],
] as const;

function denseNet(t: Tensors): void {
  for (const [i, [takes, gives]] of DENSE_STEM.entries())
    t.convolution(`features.conv${i}`, takes, gives, 3).batchNorm(`features.norm${i}`, gives);
  for (const [i, takes] of [8, 6].entries()) {
    const layer = `features.denseblock${i + 1}.denselayer1`;
    t.batchNorm(`${layer}.norm1`, takes).convolution(`${layer}.conv1`, takes, 8);
    t.batchNorm(`${layer}.norm2`, 8).convolution(`${layer}.conv2`, 8, 4, 3);
  }
  t.batchNorm('features.transition1.norm', 12).convolution('features.transition1.conv', 12, 6);
  t.batchNorm('features.norm5', 10).linear('classifier', 10, 3);
}

function mobileNet(t: Tensors): void {
  t.convolution('conv_stem', 3, 8, 3).batchNorm('bn1', 8);
  let before = 8;
  for (const [i, width] of [4, 6, 8, 10, 12, 14, 16].entries()) {
    const [block, inner] = [`blocks.${i}.0`, i === 0 ? before : 2 * before];
    if (i === 0)
      t.convolution(`${block}.conv_dw`, 1, inner, 3).batchNorm(`${block}.bn1`, inner).convolution(`${block}.conv_pw`, inner, width);
    else {
      t.convolution(`${block}.conv_pw`, before, inner).batchNorm(`${block}.bn1`, inner);
      t.convolution(`${block}.conv_dw`, 1, inner, 3).batchNorm(`${block}.bn2`, inner).convolution(`${block}.conv_pwl`, inner, width);
    }
    t.batchNorm(`${block}.bn${i === 0 ? 2 : 3}`, width);
    before = width;
  }
  t.convolution('conv_head', before, 20).batchNorm('bn2', 20).linear('classifier', 20, 3);
}

function resNet(norm: Norm, hasSlopes: boolean) {
  return (t: Tensors): void => {
    t.convolution('conv1', 3, 8, 7)[norm]('bn1', 8);
    if (hasSlopes) t.of('relu.weight', 8);
    let before = 8;
    for (const [i, width] of [8, 16].entries()) {
      const block = `layer${i + 1}.0`;
      t.convolution(`${block}.conv1`, before, width, 3)[norm](`${block}.bn1`, width);
      if (hasSlopes) t.of(`${block}.relu.weight`, width);
      t.convolution(`${block}.conv2`, width, width, 3)[norm](`${block}.bn2`, width);
      if (width !== before) t.convolution(`${block}.downsample.0`, before, width)[norm](`${block}.downsample.1`, width);
      before = width;
    }
    t.linear('fc', before, 3);
  };
}

const NETWORKS = {
  convnextv2: convNeXtV2,
  resnetv2_50: resNetV2('batchNorm', false),
  resnetv2_50d: resNetV2('batchNorm', true),
  resnetv2_50x1_bit: resNetV2('affine', false),
  densenetblur121d: denseNet,
  mobilenetv2_blur: mobileNet,
  resnet_prelu: resNet('batchNorm', true),
  resnet18_gn: resNet('affine', false),
};

export type VariantName = keyof typeof NETWORKS;

function variantTensors(name: VariantName): readonly TorchTensor[] {
  const tensors = new Tensors();
  NETWORKS[name](tensors);
  return tensors.all;
}

/** A checkpoint by the network's name, which tells what its weights do not. */
export function variantFile(name: VariantName): { readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } {
  return { name: `${name}.pth`, bytes: torchFile(variantTensors(name)) };
}
