/** Operations that lay values out anew, take parts of them, or put them together, and those that shapes are computed with. */
import { isFloatType } from '../../../graph/nodes/element-types.ts';
import { stridedSlice } from './strided-slice.ts';
import { list, same, settingAt, type Translation, type Translations } from './translation.ts';

/** ONNX's numbers of types, by TensorFlow's names. */
const TYPES: Readonly<Record<string, number>> = {
  DT_FLOAT: 1,
  DT_UINT8: 2,
  DT_INT8: 3,
  DT_UINT16: 4,
  DT_INT16: 5,
  DT_INT32: 6,
  DT_INT64: 7,
  DT_BOOL: 9,
  DT_HALF: 10,
  DT_DOUBLE: 11,
  DT_BFLOAT16: 16,
};

const cast: Translation = (node, to) => {
  const type = TYPES[node.type('DstT')] ?? 0;
  // Rounded numbers are not needed anywhere: images come as floats.
  to.add(node.title, 'Cast', [node.input(0)], { to: isFloatType(type) === true ? 1 : type }, [node.name]);
};

const squeeze: Translation = (node, to) => {
  const axes = node.numbers('squeeze_dims');
  to.add(node.title, 'Squeeze', [node.input(0)], axes.length > 0 ? { axes } : {}, [node.name]);
};

const transpose: Translation = (node, to) => {
  to.add(node.title, 'Transpose', [node.input(0)], { perm: settingAt(node, to, 1) }, [node.name]);
};

const rank: Translation = (node, to) => {
  const shape = to.add(node.title, 'Shape', [node.input(0)]);
  to.add(node.title, 'Size', [shape], {}, [node.name]);
};

const fill: Translation = (node, to) => {
  to.add(node.title, 'Expand', [node.input(1), node.input(0)], {}, [node.name]);
};

/** Tensors of one shape, each as one place of a new side. */
const pack: Translation = (node, to) => {
  const axis = node.number('axis', 0);
  const parts = node.inputs.map((input) => to.add(node.title, 'Unsqueeze', [input], { axes: [axis] }));
  to.add(node.title, 'Concat', parts, { axis }, [node.name]);
};

const unpack: Translation = (node, to) => {
  const axis = node.number('axis', 0);
  for (const [i, output] of node.outputs(node.number('num', 0)).entries()) {
    const part = to.add(`${node.title}.${i}.slice`, 'Gather', [node.input(0), list(node, to, [i])], { axis });
    to.add(`${node.title}.${i}`, 'Squeeze', [part], { axes: [axis] }, [output]);
  }
};

const concat: Translation = (node, to) => {
  const last = node.inputs.length - 1;
  const [axis = 0] = settingAt(node, to, last);
  to.add(node.title, 'Concat', node.inputs.slice(0, last), { axis }, [node.name]);
};

/** As TensorFlow had it first: the side comes before the tensors. */
const oldConcat: Translation = (node, to) => {
  const [axis = 0] = settingAt(node, to, 0);
  to.add(node.title, 'Concat', node.inputs.slice(1), { axis }, [node.name]);
};

const split: Translation = (node, to) => {
  const [axis = 0] = settingAt(node, to, 0);
  to.add(node.title, 'Split', [node.input(1)], { axis }, node.outputs(node.number('num_split', 1)));
};

const splitBySizes: Translation = (node, to) => {
  const [axis = 0] = settingAt(node, to, 2);
  const sizes = settingAt(node, to, 1);
  to.add(node.title, 'Split', [node.input(0), node.input(1)], { axis }, node.outputs(sizes.length));
};

/** The largest number that stands for “to the end”. */
const END = 2 ** 31 - 1;

/** @see https://www.tensorflow.org/api_docs/python/tf/slice */
const slice: Translation = (node, to) => {
  const [starts, sizes] = [settingAt(node, to, 1), settingAt(node, to, 2)];
  const ends = sizes.map((size, i) => (size < 0 ? END : (starts[i] ?? 0) + size));
  to.add(node.title, 'Slice', [node.input(0), list(node, to, starts), list(node, to, ends)], {}, [node.name]);
};

/** The other way round along some sides. */
const reverse: Translation = (node, to) => {
  const axes = settingAt(node, to, 1);
  const each = (value: number) =>
    list(
      node,
      to,
      axes.map(() => value),
    );
  to.add(node.title, 'Slice', [node.input(0), each(-1), each(-END), list(node, to, axes), each(-1)], {}, [node.name]);
};

const gather: Translation = (node, to) => {
  const [axis = 0] = node.inputs.length > 2 ? settingAt(node, to, 2) : [0];
  to.add(node.title, 'Gather', [node.input(0), node.input(1)], { axis }, [node.name]);
};

function reduction(kind: string): Translation {
  return (node, to) => {
    const keepdims = Number(node.flag('keep_dims'));
    to.add(node.title, kind, [node.input(0), node.input(1)], { keepdims }, [node.name]);
  };
}

export const SHAPES: Translations = {
  Cast: cast,
  Concat: oldConcat,
  ConcatV2: concat,
  ExpandDims: same('Unsqueeze'),
  Fill: fill,
  Gather: gather,
  GatherV2: gather,
  Max: reduction('ReduceMax'),
  Mean: reduction('ReduceMean'),
  Min: reduction('ReduceMin'),
  Pack: pack,
  Prod: reduction('ReduceProd'),
  Range: same('Range'),
  Rank: rank,
  Reshape: same('Reshape'),
  ReverseV2: reverse,
  Shape: (node, to) => void to.add(node.title, 'Shape', [node.input(0)], {}, [node.name]),
  Size: (node, to) => void to.add(node.title, 'Size', [node.input(0)], {}, [node.name]),
  Slice: slice,
  Split: split,
  SplitV: splitBySizes,
  Squeeze: squeeze,
  StridedSlice: stridedSlice,
  Sum: reduction('ReduceSum'),
  Tile: same('Tile'),
  Transpose: transpose,
  Unpack: unpack,
};
