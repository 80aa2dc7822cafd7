/** A `LayersModel` of somebody else's, in their own tf.js: laid out as a graph, and left as it is. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { normalisationOf } from '../../core/images/preprocessing.ts';
import { classNamesFor, nameCounts } from '../../core/models/output-names.ts';
import { canBeExplained } from '../../explain/layer-info.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import { checkShapes } from '../graph/check-shapes.ts';
import { defaultLayer, describeLayers } from '../graph/explainable-layers.ts';
import { disposePass, forwardPass } from '../graph/graph-executor.ts';
import { buildLayerGraph, disposeGraph, type LayerGraph } from '../graph/layer-graph.ts';
import { workOf } from '../graph/work-size.ts';
import { chooseOutput } from '../loading/choose-output.ts';
import type { DisposableNetwork } from '../loading/loaded-model.ts';
import { outputMeaning } from '../loading/output-meaning.ts';
import type { ModelOptions } from './model-options.ts';

/** @throws AppError `model-unsupported` for what is no model of this tf.js, or takes no single image of a fixed size */
function checkModel(model: tfl.LayersModel): void {
  if (!(model instanceof tfl.LayersModel)) {
    throw new AppError(
      'model-unsupported',
      'The model is no LayersModel of the tf.js that explains it; please give one of tf.loadLayersModel, tf.model or tf.sequential, and check with “npm ls @tensorflow/tfjs-layers” that there is one version.',
    );
  }
  const shapes = model.inputs.map(({ shape }) => shape.slice(1));
  const [shape = []] = shapes;
  if (shapes.length === 1 && shape.length === 3 && shape.every((side) => side !== null && side > 0)) return;
  const found = shapes.map((sides) => `[${['batch', ...sides.map((side) => side ?? 'any')].join(', ')}]`).join(' and ');
  throw new AppError(
    'model-unsupported',
    `The model takes ${found}, and explained is one that takes a single [batch, height, width, channels] of a fixed size; please build it with such an inputShape.`,
  );
}

/** As many values as the shape has, between 0 and 1, without a pattern. */
function unevenValues(size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, i) => Math.abs(Math.sin(i * 12.9898 + 0.7)));
}

/** What float32 adds up to on its way through a deep network, as a share of the largest output. */
const TOLERANCE = 1e-3;

function isSame(ours: Float32Array, theirs: Float32Array): boolean {
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return ours.length === theirs.length && ours.every((value, i) => Math.abs(value - (theirs[i] ?? Number.NaN)) <= TOLERANCE * largest);
}

/**
 * Layers run here as Keras defines them, and tf.js has some of them otherwise, or ignores one of their settings: a map would then be that of
 * another network than the one that predicts.
 *
 * @throws AppError `model-unsupported` where the graph does not give what the model predicts
 */
async function checkAgainstModel(model: tfl.LayersModel, output: number): Promise<void> {
  const graph = buildLayerGraph(model, output);
  const shape = (graph.nodes[graph.input]?.shape ?? []).slice(1).map(Number) as [number, number, number];
  const image = tf.tensor4d(unevenValues(shape[0] * shape[1] * shape[2]), [1, ...shape]);
  let predicted: tf.Tensor | tf.Tensor[] | null = null;
  try {
    predicted = model.predict(image);
    const theirs = Array.isArray(predicted) ? predicted[output] : predicted;
    const pass = await forwardPass(graph, image, []);
    try {
      const [own, given] = [await pass.logits.data(), (await theirs?.data()) ?? []];
      if (isSame(Float32Array.from(own), Float32Array.from(given))) return;
    } finally {
      disposePass(pass);
    }
    throw new AppError(
      'model-unsupported',
      'The model predicts something else than its layers give by Keras’ definitions, so a map could be wrong; a layer of it is one that tf.js computes otherwise, such as a dilated depthwise convolution.',
    );
  } finally {
    image.dispose();
    tf.dispose(predicted ?? []);
    disposeGraph(graph);
  }
}

function describe(graph: LayerGraph, { chosen, choices, units, end }: ReturnType<typeof chooseOutput>, options: ModelOptions): ModelInfo {
  const [height = 0, width = 0] = (graph.nodes[graph.input]?.shape ?? []).slice(1).map(Number);
  const { classNames: givenNames = [], reading: stated = null } = options;
  if (givenNames.length > 0 && !nameCounts(units).includes(givenNames.length)) {
    throw new AppError('class-unknown', `${givenNames.length} class names were given for ${units} outputs; please give one for each.`);
  }
  const { reading, readings } = outputMeaning('memory', end, units, { outputReading: stated, classNames: [...givenNames] }, null);
  if (stated !== null && stated !== reading) {
    throw new AppError('class-unknown', `The outputs cannot be read as “${stated}”; please choose ${readings.join(' or ')}.`);
  }
  const layers = describeLayers(graph);
  if (!layers.some(canBeExplained)) {
    throw new AppError('model-unsupported', 'The model has no layer with cells to explain; please give a convolutional network.');
  }
  return {
    id: 'memory',
    title: '',
    input: { width, height },
    takesAnySize: false,
    // Images come prepared.
    preprocessing: { ...normalisationOf('none'), fit: 'stretched' },
    isGuessed: false,
    outputs: choices,
    output: chosen.index,
    units,
    reading,
    readings,
    givenNames,
    nameSource: givenNames.length > 0 ? 'given' : 'none',
    classNames: classNamesFor(givenNames, units, reading),
    layers,
    forward: workOf(graph, graph.nodes.keys()),
    defaultLayer: defaultLayer(layers),
    parameterCount: 0,
    remark: '',
    guesses: { input: '', output: '', names: '' },
  };
}

/**
 * The network of a model, which stays its owner's: what is freed with the network is only what was made here.
 *
 * @throws AppError `model-unsupported` for one that cannot be explained, `class-unknown` for options that do not fit it; nothing is left behind then
 */
export async function adoptModel(model: tfl.LayersModel, options: ModelOptions): Promise<DisposableNetwork> {
  checkModel(model);
  const output = chooseOutput(model, options.output ?? null);
  const { graph, chosen } = output;
  try {
    if (options.output !== undefined && chosen.index !== options.output) {
      throw new AppError('class-unknown', `The model has no output ${options.output} that is a vector of scores; please choose another.`);
    }
    checkShapes(graph);
    const info = describe(graph, output, options);
    await checkAgainstModel(model, chosen.index);
    return { info: { ...info, parameterCount: model.countParams() }, graph, dispose: () => disposeGraph(graph) };
  } catch (error) {
    disposeGraph(graph);
    throw error;
  }
}
