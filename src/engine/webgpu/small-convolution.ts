/**
 * Convolutions of small maps on WebGPU.
 *
 * tf.js 4.22 gives every group of threads a tile of 32 cells and 32 channels, one group for a map of 7 x 7: most of a GPU idles. Here a thread
 * has four cells and four channels, and where even those are few, several threads share out what they add up.
 */
import * as tf from '@tensorflow/tfjs-core';
import { patchKernel } from '../backend/patch-kernel.ts';
import { named, type Uniform, type WebGpu } from './webgpu-backend.ts';

type Info = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

const WORKGROUP = 64;
const CELLS = 4;
/** So many threads keep a large GPU at work. */
const MANY_THREADS = 32_768;
const MOST_SLICES = 16;
/** From so many tiles of tf.js' on, its own program is as quick. */
const TILES_OF_TFJS = 128;

const ACTIVATIONS: Readonly<Record<string, string>> = {
  linear: 'sum',
  relu: 'select(sum, vec4<f32>(0.0), sum < vec4<f32>(0.0))',
  relu6: 'clamp(sum, vec4<f32>(0.0), vec4<f32>(6.0))',
};

/** How many threads add up what four cells and four channels of the result are made of. */
function slicesFor(tiles: number, depth: number): number {
  let slices = 1;
  while (slices < MOST_SLICES && tiles * slices < MANY_THREADS && 2 * slices <= depth) slices *= 2;
  return slices;
}

function codeOf(hasBias: boolean, activation: string): string {
  return `
var<workgroup> parts : array<vec4<f32>, ${WORKGROUP * CELLS}>;

fn main(index : i32) {
  let slices = uniforms.sharing.x;
  let tiles = uniforms.sharing.y;
  let lane = i32(localIndex);
  let slice = lane / tiles;
  let tile = (index / ${WORKGROUP}) * tiles + lane % tiles;
  let depths = uniforms.depths.x;
  let width = uniforms.depths.y;
  let column = tile % width;
  let first = (tile / width) * ${CELLS};
  let cells = uniforms.result.x;
  let perImage = uniforms.result.y * uniforms.result.z;

  // Of every cell, where its window begins: row, column and row of the image.
  var origins : array<vec3<i32>, ${CELLS}>;
  var sums : array<vec4<f32>, ${CELLS}>;
  for (var k = 0; k < ${CELLS}; k++) {
    let cell = min(first + k, cells - 1);
    let top = (cell % perImage) / uniforms.result.z * uniforms.step.x - uniforms.border.x;
    let left = cell % uniforms.result.z * uniforms.step.y - uniforms.border.y;
    origins[k] = vec3<i32>(top, left, cell / perImage * uniforms.map.x);
    sums[k] = vec4<f32>(0.0);
  }
  for (var tap = 0; tap < uniforms.window.x * uniforms.window.y; tap++) {
    let down = tap / uniforms.window.y * uniforms.window.z;
    let right = tap % uniforms.window.y * uniforms.window.w;
    var places : array<i32, ${CELLS}>;
    for (var k = 0; k < ${CELLS}; k++) {
      let row = origins[k].x + down;
      let place = origins[k].y + right;
      let isInside = row >= 0 && row < uniforms.map.x && place >= 0 && place < uniforms.map.y;
      places[k] = select(-1, ((origins[k].z + row) * uniforms.map.y + place) * depths, isInside);
    }
    for (var depth = slice; depth < depths; depth += slices) {
      let start = (tap * depths + depth) * 4 * width + column;
      let a = weights[start];
      let b = weights[start + width];
      let c = weights[start + 2 * width];
      let d = weights[start + 3 * width];
      for (var k = 0; k < ${CELLS}; k++) {
        if (places[k] >= 0) {
          let value = x[places[k] + depth];
          sums[k] += value.x * a + value.y * b + value.z * c + value.w * d;
        }
      }
    }
  }
  for (var k = 0; k < ${CELLS}; k++) {
    parts[lane * ${CELLS} + k] = sums[k];
  }
  workgroupBarrier();
  // Each of those that share finishes some of the cells.
  for (var k = slice; k < ${CELLS}; k += slices) {
    let cell = first + k;
    if (cell < cells) {
      var sum = vec4<f32>(0.0);
      for (var part = 0; part < slices; part++) {
        sum += parts[(part * tiles + lane % tiles) * ${CELLS} + k];
      }
      ${hasBias ? 'sum += bias[column];' : ''}
      result[cell * width + column] = ${ACTIVATIONS[activation]};
    }
  }
}`;
}

/** Whether it is worth while, and of a kind that is here. */
function isSmall({ batchSize, outHeight, outWidth, outChannels, inChannels, dataFormat }: Info, activation: string): boolean {
  if (dataFormat !== 'channelsLast' || inChannels % 4 !== 0 || outChannels % 4 !== 0 || !(activation in ACTIVATIONS)) return false;
  const tiles = batchSize * Math.ceil((outHeight * outWidth) / 32) * Math.ceil(outChannels / 32);
  return tiles > 0 && tiles <= TILES_OF_TFJS;
}

function convolve(backend: WebGpu, info: Info, inputs: readonly tf.TensorInfo[], activation: string): tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, padInfo } = info;
  const cells = batchSize * outHeight * outWidth;
  const tiles = Math.ceil(cells / CELLS) * (outChannels / 4);
  const slices = slicesFor(tiles, inChannels / 4);
  const hasBias = inputs.length > 2;
  const program = named('SmallConvolution', {
    outputShape: [...info.outShape],
    dispatchLayout: { x: [0, 1, 2, 3] },
    dispatch: [Math.ceil((tiles * slices) / WORKGROUP), 1, 1],
    workgroupSize: [WORKGROUP, 1, 1],
    outputComponent: 4,
    variableComponents: inputs.map(() => 4),
    variableNames: ['x', 'weights', ...(hasBias ? ['bias'] : [])],
    uniforms:
      'sharing : vec2<i32>, depths : vec2<i32>, map : vec2<i32>, result : vec3<i32>, window : vec4<i32>, step : vec2<i32>, border : vec2<i32>,',
    shaderKey: `smallConvolution${hasBias ? 'Biased' : ''}${activation}`,
    getUserCode: () => codeOf(hasBias, activation),
  });
  const numbers = [
    [slices, WORKGROUP / slices],
    [inChannels / 4, outChannels / 4],
    [inHeight, inWidth],
    [cells, outHeight, outWidth],
    [info.filterHeight, info.filterWidth, info.dilationHeight, info.dilationWidth],
    [info.strideHeight, info.strideWidth],
    [padInfo.top, padInfo.left],
  ];
  const uniforms = numbers.map((data): Uniform => ({ type: 'int32', data }));
  return backend.runWebGPUProgram(program, [...inputs], 'float32', uniforms);
}

/** Takes the place of a kernel where it is small. */
function smallOr(original: tf.KernelFunc): tf.KernelFunc {
  return (parameters) => {
    const { inputs, attrs, backend } = parameters;
    const { x, filter, bias } = inputs as { x: tf.TensorInfo; filter: tf.TensorInfo; bias?: tf.TensorInfo };
    const { strides, pad, dataFormat, dilations, dimRoundingMode, activation } = attrs as unknown as tf.FusedConv2DAttrs;
    const format = tf.backend_util.convertConv2DDataFormat(dataFormat);
    const shapes = [x.shape, filter.shape] as [[number, number, number, number], [number, number, number, number]];
    const info = tf.backend_util.computeConv2DInfo(...shapes, strides, dilations, pad, dimRoundingMode, false, format);
    // One bias may stand for all channels.
    const isBiasWhole = !bias || bias.shape[0] === info.outChannels;
    if (!isBiasWhole || !isSmall(info, activation ?? 'linear')) return original(parameters);
    return convolve(backend as WebGpu, info, bias ? [x, filter, bias] : [x, filter], activation ?? 'linear');
  };
}

/** Once for the WebGPU backend. */
export function registerSmallConvolutions(): void {
  for (const kernelName of [tf.Conv2D, tf.FusedConv2D]) patchKernel(kernelName, 'webgpu', smallOr);
}
