/**
 * Which classes of a whole module are known. The full path in Python says it, never the name alone: a class of somebody’s own may be called
 * `Dropout`, and do anything.
 */
import type { PickleObject } from '../pickle/pickle-values.ts';

/** The name of a class without its module. */
export function classNameOf({ of }: PickleObject): string {
  return of.split('.').at(-1) ?? of;
}

/** The class with its module in Python. TorchScript puts a word before it, and numbers inside. */
export function classPathOf({ of }: PickleObject): string {
  return of.replace(/^__torch__\./, '').replace(/___torch_mangle_\d+\./, '');
}

/** All of torch's own layers; each class is in a file of its kind. */
const OF_TORCH = /^torch\.nn\.modules\.(?:\w+\.)?(\w+)$/;

/** Those of libraries that compute what torch's of this name does, or what only the library has, by its own name. */
const OF_LIBRARIES: readonly (readonly [path: RegExp, name: string])[] = [
  [/^torchvision\.ops\.misc\.(Conv2d|FrozenBatchNorm2d|Permute)$/, '$1'],
  [/^torchvision\.ops\.stochastic_depth\.(StochasticDepth)$/, '$1'],
  [/^torchvision\.ops\.drop_block\.(DropBlock2d)$/, '$1'],
  [/^torchvision\.models\.convnext\.(LayerNorm2d)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.drop\.(DropPath|DropBlock2d)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.norm\.(LayerNorm2d|LayerNorm|GroupNorm)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.norm_act\.(BatchNormAct2d|GroupNormAct)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.grn\.(GlobalResponseNorm)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.linear\.(Linear)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.std_conv\.(StdConv2d)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.conv2d_same\.(Conv2dSame)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.blur_pool\.(BlurPool2d)$/, '$1'],
  [/^timm\.(?:models\.)?layers\.adaptive_avgmax_pool\.(?:FastAdaptiveAvgPool(?:2d)?|FastGlobalAvgPool2d)$/, 'AdaptiveAvgPool2d'],
  [/^(?:timm\.(?:models\.)?layers|geffnet\.activations)\.activations(?:_me|_jit)?\.(?:Swish|SiLU)(?:Me|Jit|JitAutoFn)?$/, 'SiLU'],
  [/^(?:timm\.(?:models\.)?layers|geffnet\.activations)\.activations(?:_me|_jit)?\.Mish(?:Me|Jit)?$/, 'Mish'],
  [/^(?:timm\.(?:models\.)?layers|geffnet\.activations)\.activations(?:_me|_jit)?\.HardSwish(?:Me|Jit)?$/, 'Hardswish'],
  [/^(?:timm\.(?:models\.)?layers|geffnet\.activations)\.activations(?:_me|_jit)?\.HardSigmoid(?:Me|Jit)?$/, 'Hardsigmoid'],
  [/^(?:timm\.(?:models\.)?layers|geffnet\.activations)\.activations\.(Sigmoid|Tanh|PReLU|GELU)$/, '$1'],
  [/^geffnet\.conv2d_layers\.(Conv2dSame)$/, '$1'],
  [/^efficientnet_pytorch\.utils\.(Conv2dStaticSamePadding|Conv2dDynamicSamePadding|Identity)$/, '$1'],
  [/^efficientnet_pytorch\.utils\.(?:Swish|MemoryEfficientSwish)$/, 'SiLU'],
  [/^apex\.parallel\.(?:optimized_)?sync_batchnorm\.(SyncBatchNorm)$/, '$1'],
  [/^detectron2\.layers\.batch_norm\.(FrozenBatchNorm2d)$/, '$1'],
  [/^mmcv\.cnn\.bricks\.wrappers\.(Conv2d|Linear|MaxPool2d)$/, '$1'],
  [/^fastai\.layers\.(Flatten)$/, '$1'],
];

/** What is put around a network, and has it under this name. */
const AROUND: readonly (readonly [path: RegExp, inner: string])[] = [
  [/^torch\.nn\.parallel\.(data_parallel\.DataParallel|distributed\.DistributedDataParallel)$/, 'module'],
  [/^torch\.distributed\.fsdp\.(\w+\.)?FullyShardedDataParallel$/, 'module'],
  [/^torch\.optim\.swa_utils\.AveragedModel$/, 'module'],
  [/^torch\._dynamo\.eval_frame\.OptimizedModule$/, '_orig_mod'],
];

/** Whose networks and blocks compute what families assume of them, with or without weights of their own. */
const OF_KNOWN_LIBRARY = /^(torch|torchvision|timm|efficientnet_pytorch|geffnet|torchmetrics|pytorch_lightning|lightning)\./;

/** The name of a layer that computes what that says; null for any other class. */
export function knownClassOf(module: PickleObject): string | null {
  const path = classPathOf(module);
  const [, own] = OF_TORCH.exec(path) ?? [];
  if (own !== undefined) return own;
  const [pattern, name] = OF_LIBRARIES.find(([known]) => known.test(path)) ?? [];
  return pattern && name ? path.replace(pattern, name) : null;
}

/** Whether it is a class of torch's or of a library whose networks are known here, and not of somebody’s own. */
export function isOfKnownLibrary(module: PickleObject): boolean {
  return OF_KNOWN_LIBRARY.test(classPathOf(module)) || knownClassOf(module) !== null;
}

/** Where a network is in what is put around it to train it; null for what is no such thing. */
export function innerOf(path: string): string | null {
  return AROUND.find(([around]) => around.test(path))?.[1] ?? null;
}

const NOTHING = /^(Identity|DropPath|StochasticDepth|Dropout[123]?d?|AlphaDropout|FeatureAlphaDropout|DropBlock2d)$/;

/** Whether it does nothing where a network only runs. */
export function doesNothing(module: PickleObject): boolean {
  return NOTHING.test(knownClassOf(module) ?? '');
}

/** `Sequential`s by other names, which run as that does. */
const SEQUENCES =
  /^(torch\.nn\.modules\.container\.Sequential|torchvision\.(ops\.misc\.Conv(2d)?NormActivation|models\.(mobilenet|mobilenetv2|mobilenetv3|efficientnet)\.ConvBN(ReLU|Activation)|models\.regnet\.(SimpleStemIN|AnyStage)|models\.densenet\._Transition))$/;

/** Whether its modules run one after the other. TorchScript may have them in another order. */
export function isSequence(module: PickleObject): boolean {
  return SEQUENCES.test(module.of);
}

const LAYERS =
  /^(\w*Conv2d(Same)?|Conv2d\w+Padding|Linear|NonDynamicallyQuantizableLinear|\w*(Batch|Layer|Instance|Group)Norm(1d|2d)?|\w*Pool2d|\w*ReLU6?|Swish|SiLU|Mish|[HG]?ELU|[SC]ELU|\w*[Tt]anh\w*|Hard[Ss]wish|(Log|Hard)?[Ss]igmoid|Soft\w+|LogSoftmax|Flatten|Permute|Identity|DropPath|StochasticDepth|\w*Dropout\w*|DropBlock2d|ZeroPad2d|Sequential|Module(List|Dict)|DataParallel|DistributedDataParallel|FullyShardedDataParallel|AveragedModel|OptimizedModule)$/;

/** Whether it is called as a layer, or what holds layers, is called in torch, where those call theirs so who mean the same. */
export function isNamedAsLayer(module: PickleObject): boolean {
  return LAYERS.test(classNameOf(module));
}
