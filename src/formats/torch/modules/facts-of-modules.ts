/** What torch's modules say of themselves, in the words in which a network here is built. */
import type { ModuleFact, ModuleFacts } from '../../architectures/modules/module-facts.ts';
import type { PickleDict, PickleObject, PickleValue } from '../pickle/pickle-values.ts';
import { jsonOfActivation } from './activation-modules.ts';
import { doesNothing, innerOf, isOfKnownLibrary, isSequence, knownClassOf } from './known-classes.ts';
import { attributesOf, childrenOf, type ModuleSettings } from './modules.ts';
import { pairOf } from './pairs.ts';

type Attributes = PickleDict | null;

const NORMALISATIONS: ReadonlyMap<string, 'batch' | 'layer' | 'channel' | 'group' | 'instance'> = new Map([
  ['BatchNorm1d', 'batch'],
  ['BatchNorm2d', 'batch'],
  ['SyncBatchNorm', 'batch'],
  ['FrozenBatchNorm2d', 'batch'],
  ['LayerNorm2d', 'channel'],
  ['LayerNorm', 'layer'],
  ['GroupNorm', 'group'],
  ['InstanceNorm2d', 'instance'],
]);

const SHORTCUTS = ['use_res_connect', 'has_skip', 'has_residual', 'apply_residual'];

/** Before and after, of rows and of columns: torch says it of the last side first. */
function fourOf(value: PickleValue | undefined): readonly [number, number, number, number] | null {
  const [left, right, top, bottom] = Array.isArray(value) ? value : [value, value, value, value];
  return typeof left === 'number' && typeof right === 'number' && typeof top === 'number' && typeof bottom === 'number'
    ? [left, right, top, bottom]
    : null;
}

function other(module: PickleObject, attributes: Attributes, fault: string | null = null): ModuleFact {
  const { of } = module;
  const shortcut = SHORTCUTS.map((name) => attributes?.get(name)).find((value) => typeof value === 'boolean');
  return { kind: 'module', of, isKnown: isOfKnownLibrary(module), fault, hasShortcut: typeof shortcut === 'boolean' ? shortcut : null };
}

function convolution(module: PickleObject, attributes: Attributes): ModuleFact {
  const mode = attributes?.get('padding_mode');
  if (mode !== undefined && mode !== 'zeros') return other(module, attributes, 'a padding that is not of zeros');
  const padding = attributes?.get('padding');
  const words: Readonly<Record<string, 'same' | 0>> = { same: 'same', valid: 0 };
  const own = typeof padding === 'string' ? (words[padding] ?? null) : pairOf(padding);
  return {
    kind: 'convolution',
    stride: pairOf(attributes?.get('stride')),
    dilation: pairOf(attributes?.get('dilation')),
    standardisedBy: knownClassOf(module) === 'StdConv2d' ? Number(attributes?.get('eps')) : null,
    padding: /Same(Padding)?$/.test(knownClassOf(module) ?? '') ? 'same' : own,
  };
}

function pooling(module: PickleObject, attributes: Attributes): ModuleFact {
  const size = pairOf(attributes?.get('kernel_size'));
  const isMax = knownClassOf(module) === 'MaxPool2d';
  if (!size) return other(module, attributes, 'no size of its windows');
  if (isMax && pairOf(attributes?.get('dilation') ?? 1)?.some((step) => step !== 1)) return other(module, attributes, 'dilated windows');
  if (!isMax && typeof attributes?.get('divisor_override') === 'number') return other(module, attributes, 'a divisor of its own');
  return {
    kind: isMax ? 'max-pooling' : 'average-pooling',
    size,
    stride: pairOf(attributes?.get('stride')) ?? size,
    padding: pairOf(attributes?.get('padding')),
    ceilMode: attributes?.get('ceil_mode') === true,
    countsPadding: attributes?.get('count_include_pad') !== false,
  };
}

function adaptivePooling(module: PickleObject, attributes: Attributes): ModuleFact {
  const size = pairOf(attributes?.get('output_size'));
  if (!size) return other(module, attributes, 'an output size that depends on the image');
  return { kind: knownClassOf(module) === 'AdaptiveMaxPool2d' ? 'adaptive-max-pooling' : 'adaptive-average-pooling', size };
}

/** timm's; of another width than 3 it is none that is known. */
function blur(module: PickleObject, attributes: Attributes): ModuleFact {
  const [size, stride, mode] = ['filt_size', 'stride', 'pad_mode'].map((name) => attributes?.get(name));
  if (size !== 3 || typeof stride !== 'number' || (mode ?? 'reflect') !== 'reflect') return other(module, attributes, 'filters of its own');
  return { kind: 'blur', stride };
}

function flattening(module: PickleObject, attributes: Attributes): ModuleFact {
  const [start, end] = [attributes?.get('start_dim') ?? 1, attributes?.get('end_dim') ?? -1];
  return start === 1 && (end === -1 || end === 3) ? { kind: 'flatten' } : other(module, attributes, 'sides of its own to flatten');
}

const PADDED: Readonly<Record<string, 'constant' | 'edge' | 'reflect'>> = {
  ConstantPad2d: 'constant',
  ReplicationPad2d: 'edge',
  ReflectionPad2d: 'reflect',
};

function padding(module: PickleObject, attributes: Attributes, mode: 'constant' | 'edge' | 'reflect'): ModuleFact {
  const sides = fourOf(attributes?.get('padding'));
  const value = attributes?.get('value') ?? 0;
  if (!sides || typeof value !== 'number') return other(module, attributes, 'no numbers of what it pads');
  return { kind: 'padding', sides, mode, value };
}

/** Over channels on both sides; of an even number torch has one more before, and others one more after. */
function localResponse(module: PickleObject, attributes: Attributes): ModuleFact {
  const [size, alpha, beta, bias] = ['size', 'alpha', 'beta', 'k'].map((name) => attributes?.get(name));
  if (typeof size !== 'number' || typeof alpha !== 'number' || typeof beta !== 'number' || typeof bias !== 'number')
    return other(module, attributes, 'no numbers of what it normalises by');
  if (size % 2 !== 1) return other(module, attributes, 'an even number of channels to normalise by');
  return { kind: 'local-response', size, alpha, beta, bias };
}

function upsampling(module: PickleObject, attributes: Attributes): ModuleFact {
  const factors = pairOf(attributes?.get('scale_factor'));
  const mode = attributes?.get('mode');
  const isWhole = factors?.every((factor) => Number.isInteger(factor) && factor >= 1) === true;
  const isAligned = attributes?.get('align_corners') === true;
  if (!factors || !isWhole || isAligned || (mode !== 'nearest' && mode !== 'bilinear'))
    return other(module, attributes, 'another way to enlarge than by whole numbers, nearest or bilinear, without aligned corners');
  return { kind: 'upsampling', factors, interpolation: mode };
}

function shuffle(module: PickleObject, attributes: Attributes): ModuleFact {
  const groups = attributes?.get('groups');
  return typeof groups === 'number' ? { kind: 'shuffle', groups } : other(module, attributes, 'no number of its groups');
}

function factOf(module: PickleObject): ModuleFact {
  const attributes = attributesOf(module);
  if (isSequence(module)) return { kind: 'sequence', children: childrenOf(module).map(([child]) => child) };
  const inner = innerOf(module.of);
  if (inner !== null) return { kind: 'around', inner };
  const name = knownClassOf(module);
  // Whatever it is called: what it computes is not in the file.
  if (name === null) return other(module, attributes);
  if (/^(Std)?Conv2d(Same|StaticSamePadding|DynamicSamePadding)?$/.test(name)) return convolution(module, attributes);
  if (name === 'MaxPool2d' || name === 'AvgPool2d') return pooling(module, attributes);
  if (name === 'AdaptiveAvgPool2d' || name === 'AdaptiveMaxPool2d') return adaptivePooling(module, attributes);
  if (name === 'Flatten') return flattening(module, attributes);
  if (name === 'BlurPool2d') return blur(module, attributes);
  if (name === 'Linear') return { kind: 'linear' };
  const zeros = name === 'ZeroPad2d' ? fourOf(attributes?.get('padding')) : null;
  if (zeros) return { kind: 'zero-padding', sides: zeros };
  const padded = Object.hasOwn(PADDED, name) ? PADDED[name] : undefined;
  if (padded) return padding(module, attributes, padded);
  if (name === 'LocalResponseNorm') return localResponse(module, attributes);
  if (name === 'Upsample' || name === 'UpsamplingNearest2d') return upsampling(module, attributes);
  if (name === 'ChannelShuffle') return shuffle(module, attributes);
  if (/^(Softmax2?d?|LogSoftmax)$/.test(name)) return { kind: 'softmax' };
  if (doesNothing(module)) return { kind: 'nothing' };
  const activation = jsonOfActivation(module);
  if (activation !== null) return { kind: 'activation', activation };
  const epsilon = attributes?.get('eps');
  if (typeof epsilon !== 'number') return other(module, attributes);
  const groups = attributes?.get('num_groups');
  return {
    kind: 'normalisation',
    of: NORMALISATIONS.get(name) ?? 'other',
    epsilon,
    groups: typeof groups === 'number' ? groups : null,
  };
}

/** By the modules' paths in the file; none where it has weights alone. */
export function factsOf(settings: ModuleSettings): ModuleFacts {
  return new Map([...settings].map(([path, module]) => [path, factOf(module)]));
}
