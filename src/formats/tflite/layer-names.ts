/**
 * What layers are called: after the tensors that operators give. Converters put the names of all operations that they fused into one,
 * `block/relu/Relu6;block/bn/FusedBatchNormV3;block/conv/Conv2D`, and those of others that had the same weights.
 */

export interface LayerNames {
  /** Where the operator ends in no function. */
  readonly whole: string;
  /** Where it ends in one: what comes before that, */
  readonly before: string;
  /** and the function itself. */
  readonly activation: string;
}

/** What wraps all of a network, or a part of it that was saved by itself. */
const WRAPPERS = /^(?:functional|model|sequential|serving_default)(?:_\d+)*[/:]/;
const CALLS = /(?:Stateful)?PartitionedCall(?:_\d+)*[/:]/g;

/** What TensorFlow calls operations inside of a layer, which no layer is called itself. */
const OPERATIONS =
  /^(?:Conv2D|DepthwiseConv2dNative|DepthwiseConv2D|MatMul|Tensordot|BiasAdd|FusedBatchNorm(?:V\d)?|batchnorm|add_fold|BatchNorm(?:_Fold)?|bias1?|ReadVariableOp|resource|convolution)(?:_\d+)?$/;
const FUNCTIONS = /^(?:Relu6?|Sigmoid|Tanh|Elu|LeakyRelu)(?:_\d+)?$/;
/** And what layers may be called as well: no layer of its own where the one around it is called after it. */
const WORDS: Readonly<Record<string, RegExp>> = {
  add: /add/i,
  avgpool: /pool|avg/i,
  concat: /concat/i,
  conv2d_transpose: /transpose|deconv/i,
  depthwise: /depthwise|dw/i,
  maxpool: /pool|max/i,
  mean: /pool|mean|gap|avg/i,
  mul: /mul/i,
  pad: /pad/i,
  relu: /relu|activation/i,
  reshape: /reshape|flatten/i,
  separable_conv2d: /separable/i,
  sigmoid: /sigmoid|activation/i,
  softmax: /softmax|predictions|dense|logits/i,
  sub: /sub/i,
};

/** Of an operator, how TensorFlow calls what it was. */
const MAIN: Readonly<Record<string, RegExp>> = {
  CONV_2D: /\/(?:Conv2D|convolution|separable_conv2d)(?:_\d+)?$/,
  DEPTHWISE_CONV_2D: /\/(?:depthwise|DepthwiseConv2dNative|DepthwiseConv2D)(?:_\d+)?$/,
  TRANSPOSE_CONV: /\/conv2d_transpose(?:_\d+)?$/,
  FULLY_CONNECTED: /\/(?:MatMul|Tensordot)(?:_\d+)?$/,
};

function unwrapped(name: string): string {
  let rest = name.trim().replace(/:\d+$/, '').replace(/^\/+/, '').replace(CALLS, '');
  for (;;) {
    const inner = rest.replace(WRAPPERS, '');
    if (inner === rest || inner === '') return rest;
    rest = inner;
  }
}

function isOperation(part: string, around: string, isFunctionToo: boolean): boolean {
  if (OPERATIONS.test(part) || (isFunctionToo && FUNCTIONS.test(part))) return true;
  const word = part.toLowerCase().replace(/(?:v\d|6|_\d+)$/, '');
  return Object.hasOwn(WORDS, word) && (WORDS[word]?.test(around) ?? false);
}

/** The layer's own name, without those of its operations. */
function withoutOperations(name: string, isFunctionToo: boolean): string {
  const parts = name.split('/');
  while (parts.length > 1 && isOperation(parts.at(-1) ?? '', parts.at(-2) ?? '', isFunctionToo)) parts.pop();
  return parts.join('/');
}

/** Where converters have lost what an output was called. */
const NAMELESS = /^(?:(?:Stateful)?PartitionedCall|Identity)(?:_\d+)*$/;

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** @param tensor what the tensor is called that the operator gives @param kind of the operator */
export function layerNames(tensor: string, kind: string): LayerNames {
  const parts = tensor
    .split(';')
    .map(unwrapped)
    .filter((part) => part !== '' && !NAMELESS.test(part));
  const [first = kind.toLowerCase()] = parts;
  const last = parts.at(-1) ?? first;
  const pattern = MAIN[kind];
  // Those of others that were put together with it lie elsewhere.
  const [main = last] = parts.filter((part) => pattern?.test(part)).toSorted((a, b) => sharedLength(b, first) - sharedLength(a, first));
  const activation = withoutOperations(first, false);
  const before = withoutOperations(main, true);
  const names = before === activation ? { before, activation: first === before ? `${before}/activation` : first } : { before, activation };
  return { ...names, whole: pattern ? before : activation };
}
