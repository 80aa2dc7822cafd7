/** Networks that cannot be run here, that hang together in no way, or that are made to do harm. Their weights are sound. */
import { alone, type BrokenCase } from './broken-case.ts';
import {
  inputOf,
  kerasArchive,
  kerasH5,
  type LayerJson,
  layerOf,
  layersModel,
  type NetworkJson,
  networkAround,
  networkWith,
  numberedWeights,
  soundNetwork,
  tensorOf,
  WEIGHTS,
  type WeightOf,
} from './sound-models.ts';

const NAME = 'network.keras';
const HUGE = 2_000_000_000;

type Change = Parameters<typeof networkWith>[0];

/** A network by what is wrong with it, as an object, as text, or as a change of the sound one; with the weights that it has beside the sound one's. */
type Fault = readonly [what: string, network: NetworkJson | string | Change, weights?: readonly WeightOf[]];

function textOf(network: Fault[1]): string {
  if (typeof network === 'string') return network;
  return JSON.stringify(typeof network === 'function' ? networkWith(network) : network);
}

/** A change of one layer's settings. */
function setting(name: string, settings: Record<string, unknown>): Change {
  return (_network, find) => Object.assign(find(name).config, settings);
}

/** A change of one layer itself. */
function layer(name: string, change: Record<string, unknown>): Change {
  return (_network, find) => void Object.assign(find(name), change);
}

/** A layer that is called otherwise. */
function takes(name: string, calls: unknown): Change {
  return layer(name, { inbound_nodes: calls });
}

/** A change of what the model says of itself. */
function model(change: Record<string, unknown>): Change {
  return ({ config }) => void Object.assign(config, change);
}

/** A layer in the middle of the network. */
function middle(kind: string, settings: Record<string, unknown> = {}): NetworkJson {
  return networkAround(layerOf(kind, 'middle', settings, 'norm'));
}

const call = (...tensors: object[]) => [{ args: [tensors.length > 1 ? tensors : tensors[0]], kwargs: {} }];

/** The weights of a layer, by their own names. */
function weightsOf(layer: string, shapes: Readonly<Record<string, readonly number[]>>): WeightOf[] {
  return Object.entries(shapes).map(([own, shape]) => ({ layer, own, shape }));
}

/** Layers one after the other, each called `<kind><number>`. */
function chain(length: number, kind = 'ReLU', name = 'step'): LayerJson[] {
  return Array.from({ length }, (_, i) => layerOf(kind, `${name}${i}`, {}, i ? `${name}${i - 1}` : 'norm'));
}

/** A model that calls a model twice that calls a model twice, and so on. */
function doubling(depth: number): LayerJson {
  const inner = depth === 0 ? layerOf('ReLU', 'relu', {}, 'in') : doubling(depth - 1);
  inner.inbound_nodes = depth === 0 ? call(tensorOf('in')) : [...call(tensorOf('in')), ...call(tensorOf(inner.name, 0))];
  return layerOf(
    'Functional',
    `double${depth}`,
    {
      layers: [inputOf('in', [null, 12, 12, 4]), inner],
      input_layers: [['in', 0, 0]],
      output_layers: [[inner.name, depth === 0 ? 0 : 1, 0]],
    },
    'norm',
  );
}

function nested(layers: LayerJson[], outputs: unknown, inputs: unknown = [['in', 0, 0]]): NetworkJson {
  return networkAround(layerOf('Functional', 'inner', { layers, input_layers: inputs, output_layers: outputs }, 'norm'));
}

/** A Sequential model inside a Sequential model, many times. */
function matryoshka(depth: number): string {
  const open = '{"class_name":"Sequential","name":"m","config":{"name":"m","layers":[';
  return open.repeat(depth) + JSON.stringify(inputOf('in')) + ']}}'.repeat(depth);
}

function functionOperation(name: string): Change {
  return ({ config }, find) => {
    config.layers.splice(3, 0, {
      ...layerOf('TFOpLambda', 'operation', { function: name }),
      inbound_nodes: [['norm', 0, 0, { y: 2 }]],
    });
    find('pool').inbound_nodes = call(tensorOf('operation'));
  };
}

/** Kinds of layers, and settings, that are not run here. */
const UNSUPPORTED: readonly Fault[] = [
  [
    'a Lambda with code',
    middle('Lambda', { function: { class_name: '__lambda__', config: { code: '4wEAAAAA', defaults: null, closure: null } } }),
  ],
  ['a Lambda of old', middle('Lambda', { function: ['4wEAAAAA', null, null], function_type: 'lambda' })],
  ['an operation that is no layer', functionOperation('nn.relu')],
  ['an operation that evaluates', functionOperation('eval')],
  ['an operation named like a property', functionOperation('constructor')],
  [
    'a layer of somebody’s own',
    networkAround({ ...layerOf('Sharpen', 'middle', {}, 'norm'), module: 'my_layers', registered_name: 'Custom>Sharpen' }),
  ],
  ['an unknown layer', middle('FlashAttention')],
  ['a wrapper', middle('TimeDistributed', { layer: layerOf('Dense', 'inner', { units: 2 }) })],
  ['a wrapper with code', middle('Wrapper', { layer: middle('Lambda') })],
  ['attention', middle('MultiHeadAttention', { num_heads: 2, key_dim: 2 })],
  ['a convolution in groups', setting('conv', { groups: 2 })],
  ['a convolution of sequences', middle('Conv1D', { filters: 2, kernel_size: [3] })],
  ['a convolution of volumes', middle('Conv3D', { filters: 2, kernel_size: [3, 3, 3] })],
  ['a dot product', middle('Dot', { axes: 1 })],
  ['channels first', setting('conv', { data_format: 'channels_first' })],
  ['an odd data format', setting('pool', { data_format: 'channels_middle' })],
  ['an activation of somebody’s own', setting('conv', { activation: 'my_activation' })],
  ['an activation that is code', setting('conv', { activation: { class_name: '__lambda__', config: { code: '4wEAAAAA' } } })],
  ['an activation named like a property', setting('conv', { activation: '__proto__' })],
  ['an activation named like a method', setting('conv', { activation: 'toString' })],
  ['an activation with settings', setting('conv', { activation: { class_name: 'LeakyReLU', config: { alpha: 0.3 } } })],
  ['an activation that is a number', setting('conv', { activation: 3 })],
  ['a ReLU with a threshold', middle('ReLU', { threshold: 1 })],
  ['an ELU with an alpha', middle('ELU', { alpha: 0.5 })],
  ['bilinear enlargement', middle('UpSampling2D', { size: [2, 2], interpolation: 'bilinear' })],
  [
    'a normalisation over rows and columns',
    middle('BatchNormalization', { axis: [1, 2] }),
    weightsOf('middle', { gamma: [4], beta: [4], moving_mean: [4], moving_variance: [4] }),
  ],
  ['a normalisation that never saw data', middle('Normalization', { axis: [-1] }), weightsOf('middle', { mean: [0], variance: [0] })],
  ['an output through tanh', setting('scores', { activation: 'tanh' })],
  [
    'a dilated depthwise convolution without padding',
    middle('DepthwiseConv2D', { kernel_size: [3, 3], dilation_rate: [2, 2], padding: 'valid' }),
    weightsOf('middle', { depthwise_kernel: [3, 3, 4, 1], bias: [4] }),
  ],
];

/** What goes in and what comes out. */
const ENDS: readonly Fault[] = [
  [
    'two inputs',
    ({ config }, find) => {
      config.layers.unshift(inputOf('second'), layerOf('Concatenate', 'both', { axis: -1 }, 'picture', 'second'));
      find('conv').inbound_nodes = call(tensorOf('both'));
      config.input_layers = [
        ['picture', 0, 0],
        ['second', 0, 0],
      ];
    },
  ],
  [
    'two outputs',
    model({
      output_layers: [
        ['scores', 0, 0],
        ['pool', 0, 0],
      ],
    }),
  ],
  ['named outputs', model({ output_layers: { a: ['scores', 0, 0], b: ['pool', 0, 0] } })],
  [
    'a nested model of two outputs',
    nested(
      [inputOf('in', [null, 12, 12, 4]), layerOf('ReLU', 'a', {}, 'in'), layerOf('ReLU', 'b', {}, 'in')],
      [
        ['a', 0, 0],
        ['b', 0, 0],
      ],
    ),
  ],
  ['a nested model of no output', nested([inputOf('in', [null, 12, 12, 4])], [])],
  [
    'words for its input',
    {
      ...soundNetwork(),
      config: {
        name: 'language',
        layers: [
          inputOf('words', [null, 20]),
          layerOf('Embedding', 'embedding', { input_dim: 50, output_dim: 8 }, 'words'),
          layerOf('LSTM', 'memory', { units: 4 }, 'embedding'),
          layerOf('Dense', 'next', { units: 50, activation: 'softmax' }, 'memory'),
        ],
        input_layers: [['words', 0, 0]],
        output_layers: [['next', 0, 0]],
      },
    },
  ],
  ['a table for its input', setting('picture', { batch_shape: [null, 7] })],
  ['a film for its input', setting('picture', { batch_shape: [null, 16, 12, 12, 3] })],
  ['grey pictures', setting('picture', { batch_shape: [null, 12, 12, 1] })],
  ['pictures of a billion pixels a side', setting('picture', { batch_shape: [null, 1_000_000_000, 1_000_000_000, 3] })],
  ['pictures of no pixels', setting('picture', { batch_shape: [null, 0, 12, 3] })],
  ['pictures of half a pixel', setting('picture', { batch_shape: [null, 12, 0.5, 3] })],
  ['pictures of negative size', setting('picture', { batch_shape: [null, -12, 12, 3] })],
  ['pictures of endless size', JSON.stringify(soundNetwork()).replace('[null,12,12,3]', '[null,1e999,12,3]')],
  ['pictures whose size is a text', setting('picture', { batch_shape: [null, '12', '12', 3] })],
  ['an input without a shape', setting('picture', { batch_shape: undefined })],
  ['an input whose shape is a text', setting('picture', { batch_shape: 'any' })],
  ['an input that is not there', model({ input_layers: [['photo', 0, 0]] })],
  ['an output that is not there', model({ output_layers: [['classes', 0, 0]] })],
  ['an output of a call that is not made', model({ output_layers: [['scores', 1, 0]] })],
  ['no inputs', model({ input_layers: [] })],
  ['no outputs', model({ output_layers: [] })],
  ['inputs that are a number', model({ input_layers: 1 })],
  ['outputs that are null', model({ output_layers: null })],
  ['a grid for its output', model({ output_layers: [['conv', 0, 0]] })],
  ['its picture for its output', model({ output_layers: [['picture', 0, 0]] })],
  [
    'no grid but its picture',
    ({ config }, find) => {
      config.layers = config.layers.filter(({ name }) => name !== 'conv' && name !== 'norm');
      find('pool').inbound_nodes = call(tensorOf('picture'));
    },
  ],
];

/** How layers hang together. */
const GRAPHS: readonly Fault[] = [
  ['a layer that takes its own result', takes('norm', call(tensorOf('norm')))],
  ['layers in a circle', takes('conv', call(tensorOf('norm')))],
  ['a layer that takes what is not there', takes('norm', call(tensorOf('convolution')))],
  ['a missing layer', ({ config }) => void config.layers.splice(1, 1)],
  ['a call that is not made', takes('norm', call(tensorOf('conv', 3)))],
  ['a call of negative number', takes('norm', call(tensorOf('conv', -1)))],
  ['half a call', takes('norm', call(tensorOf('conv', 0.5)))],
  ['a call of no number', takes('norm', call(tensorOf('conv', 'first')))],
  ['a second result', takes('norm', call(tensorOf('conv', 0, 1)))],
  ['a layer that takes nothing', takes('norm', [])],
  ['a call with nothing', takes('norm', [{ args: [], kwargs: {} }])],
  ['a call with a number', takes('norm', [{ args: [7], kwargs: {} }])],
  ['calls that are a text', takes('norm', 'conv')],
  ['calls that are null', takes('norm', null)],
  ['no calls', takes('norm', undefined)],
  ['a layer that is there twice', ({ config }, find) => void config.layers.push({ ...find('pool') })],
  ['ten thousand layers', networkAround(...chain(10_000))],
  ['models that double thirty times', networkAround(doubling(30))],
  ['a thousand models inside each other', matryoshka(1000)],
  ['a hundred models inside each other', matryoshka(100)],
  [
    'a hundred thousand brackets',
    `{"class_name":"Functional","config":{"name":"deep","layers":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`,
  ],
  [
    'a setting of a hundred thousand brackets',
    JSON.stringify(soundNetwork()).replace('"filters":4', `"filters":${'[['.repeat(50_000)}${']]'.repeat(50_000)}`),
  ],
];

/** What layers, and models, are called and consist of. */
const FORMS: readonly Fault[] = [
  ['no layers', model({ layers: [] })],
  ['layers that are a text', model({ layers: 'conv' })],
  ['layers that are null', model({ layers: null })],
  ['layers that are numbers', model({ layers: [1, 2] })],
  ['no configuration', '{"class_name":"Functional"}'],
  ['a configuration that is a text', '{"class_name":"Functional","config":"conv"}'],
  ['no kind', '{"config":{"layers":[]}}'],
  ['a kind of somebody’s own', (network) => void Object.assign(network, { class_name: 'MyModel' })],
  ['a kind that is a property', (network) => void Object.assign(network, { class_name: '__proto__' })],
  ['a kind that is a method', (network) => void Object.assign(network, { class_name: 'constructor' })],
  ['a kind that is a number', (network) => void Object.assign(network, { class_name: 5 })],
  ['a layer of a kind that is a property', layer('conv', { class_name: '__proto__' })],
  ['a layer of a kind that is a method', layer('conv', { class_name: 'constructor' })],
  ['a layer of a kind that is a function of tf.js', layer('conv', { class_name: 'Zeros' })],
  ['a layer of no kind', layer('conv', { class_name: null })],
  ['a layer whose kind is an object', layer('conv', { class_name: { evil: true } })],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''].map(
    (name): Fault => [
      `a layer called “${name}”`,
      (_network, find) => {
        const layer = find('conv');
        Object.assign(layer, { name, config: { ...layer.config, name } });
        find('norm').inbound_nodes = call(tensorOf(name));
      },
    ],
  ),
  ['a layer whose name is a number', layer('conv', { name: 7 })],
  ['a layer whose name is an object', layer('conv', { name: {} })],
  ['a layer without a name', layer('conv', { name: null, config: { filters: 4, kernel_size: 3 } })],
  ['a layer without settings', layer('conv', { config: null })],
  ['settings that reach for the prototype', JSON.stringify(soundNetwork()).replace('"filters":4', '"__proto__":{"filters":4}')],
  ['text instead of JSON', 'import keras\nmodel = keras.Sequential()'],
  ['JSON with a comma too many', `${JSON.stringify(soundNetwork()).slice(0, -1)},}`],
];

/** Numbers that contradict the weights, or would fill the memory. */
const SIZES: readonly Fault[] = [
  ['filters that contradict its weights', setting('conv', { filters: 5 })],
  ['a kernel size that contradicts its weights', setting('conv', { kernel_size: [5, 5] })],
  ['units that contradict its weights', setting('scores', { units: 4 })],
  ['two billion units', setting('scores', { units: HUGE })],
  ['two billion filters', setting('conv', { filters: HUGE })],
  ['a kernel of a billion pixels', setting('conv', { kernel_size: [1_000_000, 1_000_000] })],
  ['negative filters', setting('conv', { filters: -4 })],
  ['half a filter', setting('conv', { filters: 4.5 })],
  ['filters that are a text', setting('conv', { filters: 'four' })],
  ['filters that are null', setting('conv', { filters: null })],
  ['endless filters', JSON.stringify(soundNetwork()).replace('"filters":4', '"filters":1e999')],
  ['a kernel size that is a text', setting('conv', { kernel_size: 'large' })],
  ['strides of nothing', setting('conv', { strides: [0, 0] })],
  ['negative strides', setting('conv', { strides: [-1, -1] })],
  ['strides that are a text', setting('conv', { strides: 'long' })],
  ['an odd padding', setting('conv', { padding: 'around' })],
  ['dilation of nothing', setting('conv', { dilation_rate: [0, 0] })],
  [
    'a margin of a billion pixels',
    middle('ZeroPadding2D', {
      padding: [
        [HUGE, HUGE],
        [HUGE, HUGE],
      ],
    }),
  ],
  ['a margin of a hundred thousand pixels', middle('ZeroPadding2D', { padding: 100_000 })],
  ['a margin that is a text', middle('ZeroPadding2D', { padding: 'wide' })],
  [
    'a negative margin',
    middle('ZeroPadding2D', {
      padding: [
        [-8, -8],
        [-8, -8],
      ],
    }),
  ],
  [
    'a cut that leaves nothing',
    middle('Cropping2D', {
      cropping: [
        [6, 6],
        [6, 6],
      ],
    }),
  ],
  [
    'a cut that leaves less than nothing',
    middle('Cropping2D', {
      cropping: [
        [60, 60],
        [60, 60],
      ],
    }),
  ],
  ['an enlargement of a million times', middle('UpSampling2D', { size: [1_000_000, 1_000_000] })],
  ['pooling over nothing', middle('MaxPooling2D', { pool_size: [0, 0] })],
  ['pooling over more than there is', middle('AveragePooling2D', { pool_size: [500, 500], strides: [1, 1] })],
  [
    'a depthwise multiplier of a billion',
    middle('DepthwiseConv2D', { kernel_size: [3, 3], depth_multiplier: 1_000_000_000 }),
    weightsOf('middle', { depthwise_kernel: [3, 3, 4, 1], bias: [4] }),
  ],
  [
    'a slope for each of many values',
    networkAround(layerOf('UpSampling2D', 'larger', { size: [2000, 2000] }, 'norm'), layerOf('PReLU', 'slopes', {}, 'larger')),
    weightsOf('slopes', { alpha: [4] }),
  ],
  [
    'a normalisation of many values',
    networkAround(
      layerOf('UpSampling2D', 'larger', { size: [2000, 2000] }, 'norm'),
      layerOf('LayerNormalization', 'many', { axis: [1, 2, 3] }, 'larger'),
    ),
    weightsOf('many', { gamma: [4], beta: [4] }),
  ],
  [
    'a matrix of many values',
    networkAround(
      layerOf('UpSampling2D', 'larger', { size: [500, 500] }, 'norm'),
      layerOf('Flatten', 'flat', {}, 'larger'),
      layerOf('Dense', 'many', { units: 1_000_000 }, 'flat'),
      layerOf('Reshape', 'grid', { target_shape: [10, 10, 10_000] }, 'many'),
    ),
    weightsOf('many', { kernel: [4, 4], bias: [4] }),
  ],
  ['a shape that does not fit', middle('Reshape', { target_shape: [1_000_000, 1_000_000] })],
  ['a shape that is a text', middle('Reshape', { target_shape: 'square' })],
  ['axes that are not there', middle('Permute', { dims: [7, 8, 9] })],
  [
    'a sum of different shapes',
    networkAround(layerOf('MaxPooling2D', 'smaller', { pool_size: 2 }, 'norm'), layerOf('Add', 'sum', {}, 'norm', 'smaller')),
  ],
  [
    'a joint of different shapes',
    networkAround(
      layerOf('MaxPooling2D', 'smaller', { pool_size: 2 }, 'norm'),
      layerOf('Concatenate', 'joint', { axis: -1 }, 'norm', 'smaller'),
    ),
  ],
  ['a joint along an axis that is not there', networkAround(layerOf('Concatenate', 'joint', { axis: 9 }, 'norm', 'conv'))],
  ['a sum of one', middle('Add')],
  ['constants of other channels', middle('Normalization', { axis: -1, mean: [1, 2], variance: [1, 2] })],
  ['scales of other channels', middle('Rescaling', { scale: [1, 2, 3, 4, 5, 6, 7] })],
];

/** The same faults where the other formats have their networks. */
async function inOtherFormats(): Promise<BrokenCase[]> {
  const circle = networkWith(takes('conv', call(tensorOf('norm'))));
  const some: readonly Fault[] = [
    ['layers in a circle', circle],
    ['a Lambda', middle('Lambda')],
    ['two billion units', setting('scores', { units: HUGE })],
    ['channels first', setting('conv', { data_format: 'channels_first' })],
    ['grey pictures', setting('picture', { batch_shape: [null, 12, 12, 1] })],
    ['models that double thirty times', networkAround(doubling(30))],
    ['filters that contradict its weights', setting('conv', { filters: 5 })],
  ];
  const h5 = await Promise.all(
    some.map(async ([what, network]) => alone(`${what}, in HDF5`, 'network.h5', await kerasH5(textOf(network)))),
  );
  const json = some.map(([what, network]): BrokenCase => {
    const files = layersModel(JSON.parse(textOf(network)));
    return { what: `${what}, in a layers-model`, files, names: 'model.json' };
  });
  return [...h5, ...json];
}

export async function brokenNetworks(): Promise<BrokenCase[]> {
  const faults = [...UNSUPPORTED, ...ENDS, ...GRAPHS, ...FORMS, ...SIZES];
  const archives = faults.map(async ([what, network, weights = []]) =>
    alone(what, NAME, await kerasArchive(textOf(network), await numberedWeights([...WEIGHTS, ...weights]))),
  );
  return [...(await Promise.all(archives)), ...(await inOtherFormats())];
}
