/** A model that is ready to run: built from artifacts, laid out as a graph, described for the page. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../core/app-error.ts';
import type { Size } from '../core/geometry.ts';
import { canBeExplained } from '../core/layer-info.ts';
import { type ModelArtifacts, sizeOfShape } from '../formats/artifacts.ts';
import { faultOf } from '../formats/fault.ts';
import { namedInputSize, withInputSize } from '../formats/input-shape.ts';
import type { ReadModel } from '../formats/read-model.ts';
import type { ModelInfo } from '../protocol/engine.ts';
import { defaultLayer, describeLayers } from './explainable-layers.ts';
import './activations.ts';
import './pooling-layers.ts';
import { buildLayerGraph, disposeGraph, type LayerGraph } from './layer-graph.ts';
import { linearOutput } from './linear-output.ts';
import { withWeightsInFile } from './weights-in-file.ts';
import { workOf } from './work-size.ts';

export interface LoadedModel {
  readonly info: ModelInfo;
  readonly graph: LayerGraph;
  dispose(): void;
}

/** The weights as tensors, by name. Call it inside `tf.tidy`. */
function weightTensors({ weights, data }: ModelArtifacts): tf.NamedTensorMap {
  const tensors: tf.NamedTensorMap = {};
  let offset = 0;
  for (const { name, shape } of weights) {
    const values = new Float32Array(data, offset, sizeOfShape(shape));
    tensors[name] = tf.tensor(values, [...shape]);
    offset += values.byteLength;
  }
  return tensors;
}

/** Builds the layers first and fills them in afterwards, so that a file that does not fit can be cleared away without a trace. */
async function buildLayersModel(artifacts: ModelArtifacts): Promise<tfl.LayersModel> {
  const { registeredVariables } = tf.engine();
  const before = new Set(Object.keys(registeredVariables));
  try {
    const model = await tfl.loadLayersModel(tf.io.fromMemory({ modelTopology: withWeightsInFile(artifacts) }));
    tf.tidy(() => model.loadWeights(weightTensors(artifacts), true));
    return model;
  } catch (error) {
    for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose();
    throw error;
  }
}

/** A gigabyte: more than a page can hold beside the others. */
const MAX_ACTIVATION_VALUES = 2 ** 28;

const MAX_CLASSES = 100_000;

/** @throws AppError `model-unsupported` naming the first layer that gives nothing, or more than can be held */
function checkShapes({ nodes }: LayerGraph): void {
  for (const { name, shape } of nodes) {
    const sides = shape.slice(1).map(Number);
    const isPossible = sides.every((side) => Number.isInteger(side) && side > 0) && sizeOfShape(sides) <= MAX_ACTIVATION_VALUES;
    if (isPossible) continue;
    throw new AppError(
      'model-unsupported',
      `The layer ${name} would give ${sides.join(' × ')} values, which cannot be run here; please check its settings and the size of the pictures.`,
    );
  }
}

/** The error, with the file that it is about: those that find a fault in a layer do not know where it comes from. */
function inFile(fileName: string, error: unknown): AppError {
  if (!(error instanceof AppError)) {
    return new AppError(
      'model-unsupported',
      `The model in ${fileName} could not be built (${faultOf(error)}); please check that it is a Keras image classifier.`,
      { cause: error },
    );
  }
  if (error.message.includes(fileName)) return error;
  return new AppError(error.code, `In ${fileName} ${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`, { cause: error });
}

const IMAGENET_CLASSES = 1000;

/** The names as they are given, those of ImageNet where none are and the number is right, else numbers. */
async function classNames(given: readonly string[], count: number): Promise<string[]> {
  const isImageNet = given.length === 0 && count === IMAGENET_CLASSES;
  const names = isImageNet ? (await import('../formats/imagenet-names.ts')).IMAGENET_NAMES : given;
  return Array.from({ length: count }, (_, i) => names[i] ?? `class ${i}`);
}

async function build(id: string, { artifacts, manifest, isGuessed, remark }: ReadModel, size: Size | null): Promise<LoadedModel> {
  const named = namedInputSize(artifacts.topology);
  const input = named ?? size ?? manifest.input;
  const { topology, activation } = linearOutput(named ? artifacts.topology : withInputSize(artifacts.topology, input));
  const model = await buildLayersModel({ ...artifacts, topology });
  let graph: LayerGraph | null = null;
  try {
    graph = buildLayerGraph(model);
    const built = graph;
    checkShapes(built);
    const output = built.nodes[built.output]?.shape ?? [];
    const classes = output[1];
    if (output.length !== 2 || !classes || classes > MAX_CLASSES) {
      throw new AppError('model-unsupported', 'The model does not end in one score per class; please give a classifier.');
    }
    const names = await classNames(manifest.classNames, classes);
    const layers = describeLayers(built);
    if (!layers.some(canBeExplained)) {
      throw new AppError('model-unsupported', 'The model has no layer with cells to explain; please give a convolutional network.');
    }
    const info: ModelInfo = {
      id,
      title: manifest.title,
      input,
      takesAnySize: named === null,
      preprocessing: isGuessed && classes === IMAGENET_CLASSES ? { ...manifest.preprocessing, fit: 'centre-crop' } : manifest.preprocessing,
      isGuessed,
      outputActivation: activation ?? manifest.outputActivation,
      classNames: names,
      layers,
      forward: workOf(built, built.nodes.keys()),
      defaultLayer: defaultLayer(layers),
      parameterCount: model.countParams(),
      remark,
    };
    return {
      info,
      graph: built,
      dispose() {
        disposeGraph(built);
        model.dispose();
      },
    };
  } catch (error) {
    if (graph) disposeGraph(graph);
    model.dispose();
    throw error;
  }
}

/**
 * Builds the model on the backend in use.
 *
 * @param size what a network that takes any size is given; null: what suits it
 * @throws AppError `model-unsupported` naming the file, when it is no image classifier that can be cut; nothing is left behind then.
 */
export function loadModel(id: string, opened: ReadModel, size: Size | null): Promise<LoadedModel> {
  return build(id, opened, size).catch((error: unknown) => {
    throw inFile(opened.fileName, error);
  });
}
