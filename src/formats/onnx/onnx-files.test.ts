import { describe, expect, it } from 'vitest';
import { objectsIn } from '../json.ts';
import { readModel } from '../read-model.ts';
import { type NodeOf, ONNX_TYPES, tensor, valueInfo } from '../testing/onnx/onnx-writer.ts';
import { NODES, numbers, soundOnnx, TENSORS, withNode } from '../testing/onnx/sound-onnx.ts';
import { message } from '../testing/tensorflow-bytes.ts';
import { notedClassNames } from '../usage/noted-class-names.ts';

const KERNEL = numbers([4, 3, 3, 3]);

function open(bytes: Uint8Array<ArrayBuffer>, ...others: { name: string; bytes: Uint8Array<ArrayBuffer> }[]) {
  return readModel([{ name: 'network.onnx', bytes }, ...others]);
}

async function layersOf(bytes: Uint8Array<ArrayBuffer>) {
  const { artifacts } = await open(bytes);
  return objectsIn(artifacts.topology.config.layers).map(({ class_name: kind, name }) => `${name} ${kind}`);
}

function externalKernel(offset: number) {
  const entry = (key: string, value: string) => [13, message([1, key], [2, value])] as const;
  return tensor('w', [4, 3, 3, 3], [], {
    fields: [[14, 1], entry('location', './network.onnx.data'), entry('offset', String(offset)), entry('length', '432')],
  });
}

describe('ONNX files', () => {
  it('call layers by their nodes, without the leading slash', async () => {
    expect(await layersOf(soundOnnx())).toEqual([
      'image InputLayer',
      'conv/Conv Conv2D',
      'relu/Relu Activation',
      'pool/GlobalAveragePool GlobalAveragePooling2DKeepDims',
      'Flatten Flatten',
      'scores/Gemm Dense',
    ]);
  });

  it('call nodes without a name by what they give, whatever letters that has', async () => {
    const layers = await layersOf(withNode(1, { name: '', outputs: ['r'] }));
    expect(layers).toContain('r Activation');
    expect(await layersOf(withNode(1, { name: 'a b:0;c' }))).toContain('a_b_0_c Activation');
    expect(await layersOf(withNode(1, { name: '/conv/Conv' }))).toContain('conv/Conv_2 Activation');
  });

  it('scale and shift all channels by the same numbers, as before a training', async () => {
    const nodes: NodeOf[] = [
      ...NODES.slice(0, 1),
      { kind: 'Mul', name: '/scale/Mul', inputs: ['c', 'g'], outputs: ['m'] },
      { kind: 'Add', name: '/scale/Add', inputs: ['m', 'h'], outputs: ['s'] },
      { ...(NODES[1] as NodeOf), inputs: ['s'] },
      ...NODES.slice(2),
    ];
    const tensors = [...TENSORS, tensor('g', [4, 1, 1], [2, 2, 2, 2]), tensor('h', [4, 1, 1], [0, 0, 0, 0])];
    const { artifacts } = await open(soundOnnx({ nodes, tensors }));
    const layers = objectsIn(artifacts.topology.config.layers);
    expect(layers.find(({ name }) => name === 'scale/Add')?.config).toMatchObject({ scale: 2, offset: 0 });
  });

  it('say of drop-out that it is told to act as in training, and have it do nothing', async () => {
    const mode = tensor('mode', [], [], { type: ONNX_TYPES.bool, raw: Uint8Array.of(1) });
    const dropout: NodeOf = { kind: 'Dropout', name: '/drop', inputs: ['r', '', 'mode'], outputs: ['dropped'] };
    const nodes = [...NODES.slice(0, 2), dropout, { ...(NODES[2] as NodeOf), inputs: ['dropped'] }, ...NODES.slice(3)];
    const { remark } = await open(soundOnnx({ nodes, tensors: [...TENSORS, mode] }));
    expect(remark).toContain('In network.onnx /drop (Dropout) is told to act as in training, and would give other scores');
  });

  it('take weights from the file beside them', async () => {
    const data = new Uint8Array(500);
    data.set(new Uint8Array(Float32Array.from(KERNEL).buffer), 64);
    const graph = soundOnnx({ tensors: [externalKernel(64), ...TENSORS.slice(1)] });
    const [apart, together] = [await open(graph, { name: 'network.onnx.data', bytes: data }), await open(soundOnnx())];
    expect(apart.artifacts).toEqual(together.artifacts);
    const renamed = await open(graph, { name: 'network.onnx (1).data', bytes: data });
    expect(renamed.artifacts).toEqual(together.artifacts);
  });

  it('wait for the file that is missing, by its name', async () => {
    const graph = soundOnnx({ tensors: [externalKernel(0), ...TENSORS.slice(1)] });
    await expect(open(graph)).rejects.toMatchObject({ code: 'model-file-missing', message: expect.stringContaining('network.onnx.data') });
  });

  it('refuse a file beside them that belongs to nothing', async () => {
    await expect(
      open(soundOnnx(), { name: 'paper.pdf', bytes: new TextEncoder().encode('%PDF-1.4') as Uint8Array<ArrayBuffer> }),
    ).rejects.toThrow('paper.pdf');
  });

  it('give the same weights however numbers are stored', async () => {
    const packed = new Uint8Array(Float32Array.from(KERNEL).buffer);
    const stored = tensor('w', [4, 3, 3, 3], [], { fields: [[4, packed]] });
    const { artifacts } = await open(soundOnnx({ tensors: [stored, ...TENSORS.slice(1)] }));
    expect(artifacts).toEqual((await open(soundOnnx())).artifacts);
    const halves = tensor('b', [4], [], {
      type: ONNX_TYPES.half,
      raw: new Uint8Array(Uint16Array.from([0x3c00, 0xc000, 0, 0x3800]).buffer),
    });
    const { artifacts: half } = await open(soundOnnx({ tensors: [TENSORS[0] as Uint8Array, halves, ...TENSORS.slice(2)] }));
    const at = half.weights.findIndex(({ name }) => name === 'conv/Conv/bias');
    const before = half.weights.slice(0, at).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
    expect([...new Float32Array(half.data).slice(before, before + 4)]).toEqual([1, -2, 0, 0.5]);
  });

  it('that take their weights as inputs are refused, and the sentence says how to export them', async () => {
    const given = [valueInfo('image', ['n', 3, 8, 8]), valueInfo('w', [4, 3, 3, 3])];
    await expect(open(soundOnnx({ inputs: given, tensors: TENSORS.slice(1) }))).rejects.toThrow(
      'The network in network.onnx has no weights of its own and takes them as inputs; please export it with them',
    );
    const two = [valueInfo('image', ['n', 3, 8, 8]), valueInfo('age', ['n', 1])];
    await expect(open(soundOnnx({ inputs: two }))).rejects.toThrow('has 2 inputs');
  });

  it('leave the size open where nothing depends on it', async () => {
    const { artifacts } = await open(soundOnnx({ inputs: [valueInfo('image', ['n', 3, 'h', 'w'])] }));
    const [input] = objectsIn(artifacts.topology.config.layers);
    expect(input?.config).toMatchObject({ batch_input_shape: [null, null, null, 3] });
  });

  it('are laid out for one size where they compute with it, and say so', async () => {
    const scores = numbers([3, 4 * 224 * 224]);
    const nodes = NODES.filter(({ kind }) => kind !== 'GlobalAveragePool').map((node) =>
      node.kind === 'Flatten' ? { ...node, inputs: ['r'] } : node,
    );
    const tensors = [...TENSORS.slice(0, 2), tensor('v', [3, 4 * 224 * 224], scores), ...TENSORS.slice(3)];
    const graph = soundOnnx({ nodes, tensors, inputs: [valueInfo('image', ['n', 3, 'h', 'w'])] });
    await expect(open(graph)).resolves.toMatchObject({ remark: expect.stringContaining('224 × 224') });
  });

  it('say how many nodes cannot be run, and name the first', async () => {
    await expect(open(withNode(1, { kind: 'Einsum' }))).rejects.toThrow(
      'In network.onnx 1 of 5 nodes cannot be run here, the first of which is /relu/Relu (Einsum); please give a convolutional network of other operations.',
    );
  });

  it('are refused where a single pixel is taken, which is another one in PyTorch', async () => {
    const attributes = { mode: 'linear', coordinate_transformation_mode: 'pytorch_half_pixel' };
    const change = { kind: 'Resize', inputs: ['c', '', '', 'sizes'], attributes };
    const sizes = tensor('sizes', [4], [1, 4, 1, 8], { type: ONNX_TYPES.int64 });
    const nodes = NODES.map((node, i) => (i === 1 ? { ...node, ...change } : node));
    await expect(open(soundOnnx({ nodes, tensors: [...TENSORS, sizes] }))).rejects.toThrow('resizes to a single pixel');
  });

  it('say that an operation is a function of the file’s own', async () => {
    const nodes = NODES.map((node, i) => (i === 1 ? { ...node, kind: 'Block', domain: 'pkg.nets' } : node));
    await expect(open(soundOnnx({ nodes, functions: [['pkg.nets', 'Block']] }))).rejects.toThrow(
      'the first of which is /relu/Relu (pkg.nets.Block); the file defines that itself: please write such functions out first',
    );
  });

  it('leave out outputs that only count the scores, and say so', async () => {
    const classes: NodeOf = { kind: 'ArgMax', name: '/classes', inputs: ['scores'], outputs: ['label'] };
    const table: NodeOf = { kind: 'ZipMap', name: '/table', inputs: ['scores'], outputs: ['table'], domain: 'ai.onnx.ml' };
    const graph = soundOnnx({ nodes: [...NODES, classes, table], outputs: ['label', 'scores', 'table'] });
    const { artifacts, remark } = await open(graph);
    expect(artifacts.topology.config.output_layers).toEqual([['scores/Gemm', 0, 0]]);
    expect(remark).toContain('The output label of network.onnx is left out, because its node /classes (ArgMax) cannot be run here.');
    expect(remark).toContain('its node /table (ZipMap)');
  });

  it('give one number for each image without a side of its own', async () => {
    const [v, d] = [tensor('v', [1, 4], numbers([1, 4])), tensor('d', [1], [0.5])];
    const gemm = NODES.map((node) => (node.kind === 'Gemm' ? { ...node, outputs: ['one'] } : node));
    const last: NodeOf = { kind: 'Reshape', name: '/last', inputs: ['one', 'list'], outputs: ['scores'] };
    const list = tensor('list', [1], [-1], { type: ONNX_TYPES.int64 });
    const { artifacts } = await open(soundOnnx({ nodes: [...gemm, last], tensors: [...TENSORS.slice(0, 2), v, d, list] }));
    expect(artifacts.topology.config.output_layers).toEqual([['scores/Gemm', 0, 0]]);
  });

  it('may flatten an image before its batch, of which there is one', async () => {
    expect(await layersOf(withNode(3, { attributes: { axis: 0 } }))).toEqual(await layersOf(soundOnnx()));
  });

  it('shuffle channels by shapes that they compute', async () => {
    const step = (kind: string, inputs: string[], output: string, attributes: NodeOf['attributes'] = {}): NodeOf => ({
      kind,
      name: `/${output}`,
      inputs,
      outputs: [output],
      attributes,
    });
    const whole = (name: string, values: number[]) => tensor(name, [values.length], values, { type: ONNX_TYPES.int64 });
    const shuffle = [
      step('Reshape', ['c', 'groups'], 'grouped'),
      step('Transpose', ['grouped'], 'turned', { perm: [0, 2, 1, 3, 4] }),
      step('Shape', ['turned'], 'sides'),
      step('Slice', ['sides', 'three', 'end', 'zero'], 'cells'),
      step('Concat', ['channels', 'cells'], 'target', { axis: 0 }),
      step('Reshape', ['turned', 'target'], 'shuffled'),
    ];
    const [conv, relu, ...others] = NODES as [NodeOf, NodeOf, ...NodeOf[]];
    const tensors = [
      whole('groups', [0, 2, 2, 8, 8]),
      whole('three', [3]),
      whole('end', [5]),
      whole('zero', [0]),
      whole('channels', [0, 4]),
    ];
    const nodes = [conv, ...shuffle, { ...relu, inputs: ['shuffled'] }, ...others];
    expect(await layersOf(soundOnnx({ nodes, tensors: [...TENSORS, ...tensors] }))).toContain('shuffled InterleavedGroups');
  });

  it('turn what is laid out as an image anew to its cells at once', async () => {
    const step = (kind: string, inputs: string[], output: string): NodeOf => ({ kind, name: `/${output}`, inputs, outputs: [output] });
    const whole = (name: string, values: number[]) => tensor(name, [values.length], values, { type: ONNX_TYPES.int64 });
    const [conv, relu, ...others] = NODES as [NodeOf, NodeOf, ...NodeOf[]];
    const tensors = [...TENSORS, whole('groups', [0, 2, -1]), whole('image_sides', [0, 4, 8, 8])];
    const around = [
      step('Reshape', ['c', 'groups'], 'grouped'),
      step('Tanh', ['grouped'], 't'),
      step('Reshape', ['t', 'image_sides'], 'laid'),
    ];
    const nodes = [conv, ...around, { ...relu, inputs: ['laid'] }, ...others];
    expect((await layersOf(soundOnnx({ nodes, tensors }))).slice(4)).toEqual([
      't Activation',
      'laid Reshape',
      'laid.permute Permute',
      'relu/Relu Activation',
      'pool/GlobalAveragePool GlobalAveragePooling2DKeepDims',
      'Flatten Flatten',
      'scores/Gemm Dense',
    ]);
  });

  it('are asked for the shape of their images where they do not say it', async () => {
    await expect(open(soundOnnx({ inputs: [message([1, 'image'])] }))).rejects.toThrow(
      'The file network.onnx does not say the shape of what its network takes (image); please export it with the shape of its images.',
    );
  });

  it('of transformers are refused as what they are', async () => {
    const attention: NodeOf[] = [
      { kind: 'Softmax', name: '/softmax', inputs: ['c'], outputs: ['s'] },
      { kind: 'MatMul', name: '/attention', inputs: ['s', 'c'], outputs: ['a'] },
    ];
    const [conv, relu, ...others] = NODES as [NodeOf, NodeOf, ...NodeOf[]];
    const nodes = [conv, ...attention, { ...relu, inputs: ['a'] }, ...others];
    await expect(open(soundOnnx({ nodes }))).rejects.toThrow('is a transformer (its node /attention (MatMul) is a part of attention)');
  });

  it.each([
    [{ 'Image.NominalPixelRange': 'Normalized_0_1', 'Image.BitmapPixelFormat': 'Bgr8' }, ['bgr', 1 / 255, [0, 0, 0]]],
    [{ 'Image.NominalPixelRange': 'NominalRange_0_255' }, ['rgb', 1, [0, 0, 0]]],
    [{ 'Image.NominalPixelRange': 'NominalRange_16_235', 'Image.BitmapPixelFormat': 'Rgb8' }, ['rgb', 219 / 255, [-16, -16, -16]]],
    [{ 'Image.NominalPixelRange': 'Normalized_1_1', 'Image.ColorSpaceGamma': 'SRGB' }, ['rgb', 2 / 255, [1, 1, 1]]],
  ])('say how their images are prepared: %j', async (metadata, [channels, scale, mean]) => {
    const { manifest, remark, isGuessed } = await open(soundOnnx({ metadata: metadata as Record<string, string> }));
    expect(manifest.preprocessing).toEqual({ channels, scale, mean, std: [1, 1, 1], fit: 'stretched' });
    expect([isGuessed, remark]).toEqual([false, expect.stringContaining('The file network.onnx says itself how its images are prepared')]);
  });

  it('are not believed where they speak of other channels, and say what they ask for and do not get', async () => {
    const metadata = { 'Image.NominalPixelRange': 'Normalized_0_1', 'Image.BitmapPixelFormat': 'Gray8', 'Image.ColorSpaceGamma': 'Linear' };
    const { manifest, remark, isGuessed } = await open(soundOnnx({ metadata }));
    expect([manifest.preprocessing.channels, isGuessed]).toEqual(['rgb', true]);
    expect(remark).toContain('asks for colours in linear light');
  });

  it('offer both ways to read an input that could be either, and take the one that is chosen', async () => {
    const graph = soundOnnx({ inputs: [valueInfo('image', ['batch', 3, 'h', 3])] });
    const { choices } = await open(graph);
    expect(choices).toMatchObject([
      { id: 'layout', chosen: 'channels-first', options: [{ id: 'channels-first' }, { id: 'channels-last' }] },
    ]);
    const otherwise = await readModel([{ name: 'network.onnx', bytes: graph }], undefined, null, { layout: 'channels-last' });
    expect(objectsIn(otherwise.artifacts.topology.config.layers)[1]).toMatchObject({ class_name: 'Permute' });
    expect(otherwise.choices).toMatchObject([{ chosen: 'channels-last' }]);
    expect((await open(soundOnnx())).choices).toBeUndefined();
    const denoted = soundOnnx({ inputs: [valueInfo('image', ['batch', 3, 8, 3], { 1: 'DATA_CHANNEL' })] });
    expect((await open(denoted)).choices).toBeUndefined();
  });

  it('hold class names in their metadata', async () => {
    const { manifest } = await open(soundOnnx({ metadata: { names: "{0: 'cat', 1: \"dog's\", 2: 'hen'}" } }));
    expect(manifest.classNames).toEqual(['cat', "dog's", 'hen']);
  });
});

describe('class names in metadata', () => {
  it.each([
    ['a dict of Python', "{1: 'dog', 0: 'cat'}", ['cat', 'dog']],
    ['a list of Python', "['cat', 'dog']", ['cat', 'dog']],
    ['JSON', '{"0": "cat", "1": "dog"}', ['cat', 'dog']],
    ['a list in JSON', '["cat", "dog"]', ['cat', 'dog']],
    ['numbers with gaps', "{0: 'cat', 2: 'dog'}", []],
    ['a text', 'cats and dogs', []],
    ['a text with commas', 'cat, dog,hen', ['cat', 'dog', 'hen']],
    ['lines', 'cat\nGreat Dane, a dog\nhen\n', ['cat', 'Great Dane, a dog', 'hen']],
    ['a tuple of Python', "('cat', 'dog')", ['cat', 'dog']],
    ['JSON the other way round', '{"cat": 0, "dog": 1}', ['cat', 'dog']],
    ['commas with nothing between them', 'cat,,dog', []],
    ['nothing', '{}', []],
  ])('are read from %s', (_what, text, names) => {
    expect(notedClassNames(new Map([['names', text]]))).toEqual(names);
  });
});
