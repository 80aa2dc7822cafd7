/** Builds timm's networks of inverted residual blocks: MobileNets, MNASNets and EfficientNets. */

import { moduleOutput, withShortcut } from '../blocks/conv-norm-activation.ts';
import type { LayerName } from '../blocks/layer-list.ts';
import type { NetworkBuilder } from '../blocks/network-builder.ts';
import { squeezeExcitation } from '../blocks/squeeze-excitation.ts';
import { classifierHead } from '../heads/classifier-head.ts';
import { antiAliased } from '../resnet/anti-aliasing.ts';
import type { AntiAliasing } from '../resnet/variant.ts';
import type { StateDict } from '../state-dict.ts';
import { type TimmUnit, timmConvolution, timmNormAct } from './timm-units.ts';
import { isAssumedFromTensorFlow, type TimmBlockKind, type TimmStage, type TimmVariant } from './timm-variants.ts';

/** TensorFlow's. */
const EPSILON_OF_TENSORFLOW = 1e-3;

/** The convolution of a block that says its kernel. */
const LARGEST: Readonly<Record<TimmBlockKind, string>> = { ds: 'conv_dw', ir: 'conv_dw', er: 'conv_exp', cn: 'conv' };

function kindOf(state: StateDict, block: string): TimmBlockKind | null {
  if (state.has(`${block}.conv_dw.weight`)) return state.has(`${block}.conv_pwl.weight`) ? 'ir' : 'ds';
  if (state.has(`${block}.conv_exp.weight`)) return 'er';
  return state.has(`${block}.conv.weight`) ? 'cn' : null;
}

function isOfStage(state: StateDict, block: string, { kind, kernel, hasExcitation }: TimmStage): boolean {
  const [, , rows, columns] = state.shapeOf(`${block}.${LARGEST[kind]}.weight`) ?? [];
  const excites = state.has(`${block}.se.conv_reduce.weight`);
  return kindOf(state, block) === kind && rows === kernel && columns === kernel && excites === hasExcitation;
}

/** Null where the last convolution is missing, as is said later. */
function headOf(state: StateDict): TimmVariant['head'] | null {
  if (!state.has('conv_head.weight')) return null;
  if (state.childrenOf('bn2').length > 0 || state.has('bn2.weight')) return 'before-pooling';
  return state.has('conv_head.bias') ? 'after-pooling' : 'after-pooling-without-bias';
}

/** Whether it ends in the maps of its last stage, as timm's `features_only` does. */
function isOfFeatures(state: StateDict): boolean {
  return !['conv_head', 'bn2', 'classifier'].some((module) => state.childrenOf(module).length > 0 || state.has(`${module}.weight`));
}

function isVariant(state: StateDict, { stages, head }: TimmVariant): boolean {
  if (state.countOf('blocks') !== stages.length || (headOf(state) ?? head) !== head) return false;
  return stages.every((stage, s) => {
    const count = state.countOf(`blocks.${s}`);
    return count > 0 && Array.from({ length: count }, (_, i) => `blocks.${s}.${i}`).every((block) => isOfStage(state, block, stage));
  });
}

/** How many channels each stage gives. */
function widthsOf(state: StateDict, { stages }: TimmVariant): number[] {
  const last = (block: string) => ['conv_pwl', 'conv_pw', 'conv'].map((part) => state.shapeOf(`${block}.${part}.weight`)).find(Boolean);
  return stages.map((_, s) => last(`blocks.${s}.0`)?.[0] ?? 0);
}

/** Weights that were taken over from TensorFlow need its padding and epsilon; their names are those of the others. */
function unitOf({ choices, hint, named, state, remarks }: NetworkBuilder, variant: TimmVariant): TimmUnit {
  const isNamedSo = /(^|[^a-z])tf_|_b\d_pruned/.test(named);
  const isNamedOtherwise = /^(timm\/)?[a-z0-9]+_/.test(hint);
  const options = [
    ['torch', `PyTorch: even padding, an epsilon of ${variant.epsilon}`],
    ['tensorflow', `TensorFlow (timm’s tf_ models): its padding, an epsilon of ${EPSILON_OF_TENSORFLOW}`],
  ] as const;
  const isAssumed = isNamedSo || (isAssumedFromTensorFlow(variant, widthsOf(state, variant)) && !isNamedOtherwise);
  const origin = choices.of('origin', 'Where the weights come from', isAssumed ? [...options].reverse() : options);
  const { activation, epsilon } = variant;
  if (!isNamedSo && !isNamedOtherwise)
    remarks.push(
      `Whether the weights come from PyTorch or from TensorFlow, which pads otherwise, is assumed: ${origin === 'tensorflow' ? 'TensorFlow' : 'PyTorch'}.`,
    );
  return origin === 'tensorflow'
    ? { activation, epsilon: EPSILON_OF_TENSORFLOW, padding: 'same' }
    : { activation, epsilon, padding: 'symmetric' };
}

/** Blurring has no weights that would tell. */
function antiAliasing({ named, choices, isTold }: NetworkBuilder): AntiAliasing {
  if (isTold || !/(mobile|efficient|mnas)net\w*blur/i.test(named)) return 'none';
  return choices.of('anti-aliasing', 'Anti-aliasing before strides', [
    ['blur', 'a blur (timm’s BlurPool2d)'],
    ['none', 'none'],
  ]);
}

/** One block after the other. */
class MobileBlocks {
  readonly #network: NetworkBuilder;
  readonly #variant: TimmVariant;
  readonly #unit: TimmUnit;
  readonly #antiAliasing: AntiAliasing;

  constructor(network: NetworkBuilder, variant: TimmVariant, unit: TimmUnit, kind: AntiAliasing) {
    this.#antiAliasing = kind;
    this.#network = network;
    this.#variant = variant;
    this.#unit = unit;
  }

  stage(name: string, stage: TimmStage, x: LayerName): LayerName {
    const count = this.#network.state.countOf(name);
    let y = x;
    for (let i = 0; i < count; i++) y = this.#block(`${name}.${i}`, stage, y, i === 0 ? stage.stride : 1);
    return moduleOutput(this.#network, name, y);
  }

  #block(name: string, stage: TimmStage, x: LayerName, stride: number): LayerName {
    const activated = { ...this.#unit, activation: stage.activation ?? this.#unit.activation };
    const linear = { ...this.#unit, activation: null };
    const convolution = (part: string, y: LayerName, step = 1) =>
      timmConvolution(this.#network, `${name}.${part}`, y, this.#unit.padding, { stride: step });
    const norm = (part: string, y: LayerName, unit: TimmUnit) => timmNormAct(this.#network, `${name}.${part}`, y, unit);
    const fact = this.#network.facts.get(`${name}.aa`);
    const isBlurred = stride > 1 && (fact?.kind === 'blur' || this.#antiAliasing === 'blur');
    // What blurs moves on.
    const step = isBlurred ? 1 : stride;
    const blurred = (y: LayerName) =>
      isBlurred ? antiAliased(this.#network, 'blur', `${name}.aa`, y, stride) : this.#network.alsoCalled(y, `${name}.aa`);
    const excited = (given: LayerName) => {
      const y = blurred(given);
      return stage.hasExcitation ? this.#excitation(`${name}.se`, y, activated) : this.#network.alsoCalled(y, `${name}.se`);
    };
    let y = x;
    if (stage.kind === 'ds') {
      y = excited(norm('bn1', convolution('conv_dw', y, step), activated));
      y = norm('bn2', convolution('conv_pw', y), linear);
    } else if (stage.kind === 'ir') {
      y = norm('bn1', convolution('conv_pw', y), activated);
      y = excited(norm('bn2', convolution('conv_dw', y, step), activated));
      y = norm('bn3', convolution('conv_pwl', y), linear);
    } else if (stage.kind === 'er') {
      y = excited(norm('bn1', convolution('conv_exp', y, step), activated));
      y = norm('bn2', convolution('conv_pwl', y), linear);
    } else y = blurred(norm('bn1', convolution('conv', y, step), activated));
    return withShortcut(this.#network, name, x, y, stride === 1 && !stage.isWithoutShortcut);
  }

  #excitation(module: string, x: LayerName, { activation }: TimmUnit): LayerName {
    const { excitationActivation, gate } = this.#variant;
    const options = { squeeze: 'conv_reduce', excite: 'conv_expand', activation: excitationActivation ?? activation ?? 'linear', gate };
    return squeezeExcitation(this.#network, module, x, options);
  }
}

/** @throws Misfit where the stages are those of none of the variants */
export function timmMobileNet(network: NetworkBuilder, variants: readonly TimmVariant[]): void {
  const { state } = network;
  const variant = variants.find((known) => isVariant(state, known));
  if (!variant) throw state.misfit('the kinds and kernels of its stages’ blocks are those of no network of this family');
  const unit = unitOf(network, variant);
  const blocks = new MobileBlocks(network, variant, unit, antiAliasing(network));
  const { activation } = variant;
  let x = timmConvolution(network, 'conv_stem', network.input('conv_stem.weight'), unit.padding, { stride: 2 });
  x = network.part(timmNormAct(network, 'bn1', x, unit));
  for (const [s, stage] of variant.stages.entries()) x = blocks.stage(`blocks.${s}`, stage, x);
  network.alsoCalled(x, 'blocks');
  if (isOfFeatures(state)) {
    classifierHead(network, network.globalAverage('global_pool', x));
    return;
  }
  if (variant.head === 'before-pooling') {
    x = timmNormAct(network, 'bn2', network.convolution('conv_head', x, { kernel: 1 }), unit);
    classifierHead(network, network.globalAverage('global_pool', x));
    return;
  }
  x = network.convolution('conv_head', network.globalAverage('global_pool', x, { isMap: true }), { kernel: 1 });
  x = network.layer('Flatten', 'flatten', [network.activation(activation, 'act2', x)]);
  classifierHead(network, x);
}
