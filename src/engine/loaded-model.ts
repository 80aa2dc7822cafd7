/** A model that is ready to run: built from artifacts, laid out as a graph, described for the page. */
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../core/app-error.ts';
import { canBeExplained } from '../core/layer-info.ts';
import type { ModelManifest } from '../core/manifest.ts';
import { type ModelArtifacts, sizeOfShape } from '../formats/artifacts.ts';
import type { ModelInfo } from '../protocol/engine.ts';
import { defaultLayer, describeLayers } from './explainable-layers.ts';
import { buildLayerGraph, disposeGraph, type LayerGraph } from './layer-graph.ts';
import { linearOutput } from './linear-output.ts';
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
    const model = await tfl.loadLayersModel(tf.io.fromMemory({ modelTopology: artifacts.topology }));
    tf.tidy(() => model.loadWeights(weightTensors(artifacts), true));
    return model;
  } catch (error) {
    for (const [name, variable] of Object.entries(registeredVariables)) if (!before.has(name)) variable.dispose();
    const detail = error instanceof Error ? error.message : String(error);
    throw new AppError('model-unsupported', `The model could not be built (${detail}); please check that it is a Keras image classifier.`, {
      cause: error,
    });
  }
}

/** `[height, width]` of the model's input; the manifest's where the model takes any size. */
function inputSize(graph: LayerGraph, manifest: ModelManifest): { width: number; height: number } {
  const [, height, width, channels] = graph.nodes[graph.input]?.shape ?? [];
  if (channels !== 3) {
    throw new AppError(
      'model-unsupported',
      `The model's input has ${channels ?? 'no fixed number of'} channels; please give one that takes RGB pictures.`,
    );
  }
  return { width: width ?? manifest.input.width, height: height ?? manifest.input.height };
}

/**
 * Builds the model on the backend in use.
 *
 * @throws AppError `model-unsupported` when it is no image classifier that can be cut; nothing is left behind then.
 */
export async function loadModel(id: string, artifacts: ModelArtifacts, manifest: ModelManifest): Promise<LoadedModel> {
  const { topology, activation } = linearOutput(artifacts.topology);
  const model = await buildLayersModel({ ...artifacts, topology });
  let graph: LayerGraph | null = null;
  try {
    graph = buildLayerGraph(model);
    const built = graph;
    const input = inputSize(built, manifest);
    const output = built.nodes[built.output]?.shape ?? [];
    const classes = output[1];
    if (output.length !== 2 || !classes) {
      throw new AppError('model-unsupported', 'The model does not end in one score per class; please give a classifier.');
    }
    const classNames = Array.from({ length: classes }, (_, i) => manifest.classNames[i] ?? `class ${i}`);
    const layers = describeLayers(built);
    if (!layers.some(canBeExplained))
      throw new AppError('model-unsupported', 'The model has no layer with cells to explain; please give a convolutional network.');
    const info: ModelInfo = {
      id,
      title: manifest.title,
      input,
      preprocessing: manifest.preprocessing,
      outputActivation: activation ?? manifest.outputActivation,
      classNames,
      layers,
      forward: workOf(built, built.nodes.keys()),
      defaultLayer: defaultLayer(layers),
      parameterCount: model.countParams(),
      remark: '',
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
