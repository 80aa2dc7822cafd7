/** Batch normalisation on WebGPU, with the ReLU after it: one program in place of three, each of which costs more to start than to run. */
import * as tf from '@tensorflow/tfjs-core';
import { NORMALIZE } from '../backend/own-cells.ts';
import { named, type Program, type WebGpu } from './webgpu-backend.ts';

const WORKGROUP = 64;

function programFor(cells: number, channels: number, isRectified: boolean): Program {
  const width = channels % 4 === 0 ? 4 : 1;
  const zero = width === 4 ? 'vec4<f32>(0.0)' : '0.0';
  return named('Normalization', {
    outputShape: [cells, channels],
    dispatchLayout: { x: [0, 1] },
    dispatch: [Math.ceil((cells * channels) / width / WORKGROUP), 1, 1],
    workgroupSize: [WORKGROUP, 1, 1],
    size: true,
    outputComponent: width,
    variableComponents: [width, width, width],
    variableNames: ['x', 'factor', 'offset'],
    uniforms: 'columns : i32,',
    shaderKey: `normalize${width}${isRectified ? 'Rectified' : ''}`,
    // A comparison keeps what is no number, as tf.js' ReLU does.
    getUserCode: () => `fn main(index : i32) {
  if (index < uniforms.size) {
    let column = index % uniforms.columns;
    let value = x[index] * factor[column] + offset[column];
    result[index] = ${isRectified ? `select(value, ${zero}, value < ${zero})` : 'value'};
  }
}`,
  });
}

const kernelFunc: tf.KernelFunc = ({ inputs, attrs, backend }) => {
  const { x, factor, offset } = inputs as Record<'x' | 'factor' | 'offset', tf.TensorInfo>;
  const channels = x.shape.at(-1) ?? 1;
  const cells = tf.util.sizeFromShape(x.shape) / channels;
  const columns = channels % 4 === 0 ? channels / 4 : channels;
  const flat = { ...x, shape: [cells, channels] };
  const program = programFor(cells, channels, attrs?.isRectified === true);
  const result = (backend as WebGpu).runWebGPUProgram(program, [flat, factor, offset], 'float32', [{ type: 'int32', data: [columns] }]);
  return { ...result, shape: x.shape };
};

/** Once for the WebGPU backend. */
export function registerOwnNormalization(): void {
  if (!tf.getKernel(NORMALIZE, 'webgpu')) tf.registerKernel({ kernelName: NORMALIZE, backendName: 'webgpu', kernelFunc });
}
