/** The kernel that moves cells, on WebGPU: one dispatch, whose shape does not depend on where the cells lie. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Laying, Origins } from '../backend/laying.ts';
import { named, type Uniform, type WebGpu } from './webgpu-backend.ts';

interface Given {
  readonly x: tf.TensorInfo;
  readonly origins: Origins;
  readonly channel: number;
}

const WORKGROUP = 64;

/** A value of a source, where it has one at the cell. @param place of its origin among the starts, and of its first channel */
function taken(name: 'Over' | 'Under', place: number, channel: number, isAdded: boolean): string {
  const shape = `uniforms.${name.toLowerCase()}Shape`;
  return `{
      let r = row - i32(getStarts(c[0], ${place}));
      let k = column - i32(getStarts(c[0], ${place + 1}));
      if (r >= 0 && r < ${shape}[1] && k >= 0 && k < ${shape}[2]) {
        let own = get${name}(select(c[0], 0, ${shape}[0] == 1), r, k, c[3] + uniforms.channels[${channel}]);
        value = ${isAdded ? 'value + own' : 'own'};
      }
    }`;
}

function startsOf(batch: number, origins: readonly Origins[]): Int32Array {
  const starts = new Int32Array(batch * origins.length * 2);
  for (let item = 0; item < batch; item++) {
    for (const [i, origin] of origins.entries()) {
      starts[(item * origins.length + i) * 2] = origin?.rows[item] ?? 0;
      starts[(item * origins.length + i) * 2 + 1] = origin?.columns[item] ?? 0;
    }
  }
  return starts;
}

export function layOnWebGpu(backend: WebGpu, laying: Laying, over: Given | null, under: Given | null): tf.TensorInfo {
  const { shape, rows, columns, fill, isAdded } = laying;
  const [batch] = shape;
  const starts = backend.makeTensorInfo(
    [batch, 6],
    'int32',
    startsOf(batch, [laying.origins, over?.origins ?? null, under?.origins ?? null]),
  );
  const program = named('LayWindows', {
    outputShape: [...shape],
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil(shape.reduce((product, side) => product * side, 1) / WORKGROUP), 1, 1],
    workgroupSize: [WORKGROUP, 1, 1],
    size: true,
    variableNames: [...(over ? ['over'] : []), ...(under ? ['under'] : []), 'starts'],
    uniforms: 'mapSize : vec2<i32>, channels : vec2<i32>, fillValue : f32,',
    shaderKey: `layWindows${over ? 'Over' : ''}${under ? 'Under' : ''}${isAdded ? 'Added' : ''}`,
    getUserCode: () => `fn main(index : i32) {
  if (index < uniforms.size) {
    let c = getCoordsFromIndex(index);
    let row = c[1] + i32(getStarts(c[0], 0));
    let column = c[2] + i32(getStarts(c[0], 1));
    var value = uniforms.fillValue;
    if (row >= 0 && row < uniforms.mapSize[0] && column >= 0 && column < uniforms.mapSize[1]) {
    ${under ? taken('Under', 4, 1, false) : ''}
    ${over ? taken('Over', 2, 0, isAdded) : ''}
    }
    setOutputAtIndex(index, value);
  }
}`,
  });
  const uniforms: readonly Uniform[] = [
    { type: 'int32', data: [rows, columns] },
    { type: 'int32', data: [over?.channel ?? 0, under?.channel ?? 0] },
    { type: 'float32', data: [fill] },
  ];
  try {
    return backend.runWebGPUProgram(program, [...(over ? [over.x] : []), ...(under ? [under.x] : []), starts], 'float32', uniforms);
  } finally {
    backend.disposeData(starts.dataId);
  }
}
