/** A model that is ready to run: built from artifacts, laid out as a graph, described for the page. */
import type * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { type Size, shortSideOf, usualShortSideFit } from '../../core/images/geometry.ts';
import { channelCount, type Preprocessing } from '../../core/images/preprocessing.ts';
import { classNamesFor } from '../../core/models/output-names.ts';
import { canBeExplained } from '../../explain/layer-info.ts';
import { faultOf } from '../../formats/fault.ts';
import { type ModelTopology, packArtifacts, type WeightValues } from '../../formats/network/artifacts.ts';
import { inputChannels, namedInputSize, withInputSize } from '../../formats/network/input-shape.ts';
import type { ReadModel } from '../../formats/read-model.ts';
import { readingOfLoss } from '../../formats/training-loss.ts';
import type { ModelInfo, NetworkPlans } from '../../protocol/engine.ts';
import { isIncremental } from '../backend/lay-kernel.ts';
import { checkShapes } from '../graph/check-shapes.ts';
import { defaultLayer, describeLayers } from '../graph/explainable-layers.ts';
import { disposeGraph, type LayerGraph } from '../graph/layer-graph.ts';
import { leanGraph } from '../graph/lean-graph.ts';
import { workOf } from '../graph/work-size.ts';
import { LayerPlans } from '../incremental/planning/layer-plans.ts';
import { buildLayersModel } from './build-layers-model.ts';
import { chooseOutput, graphOfOutput, remarkOnOutput } from './choose-output.ts';
import { disposeModel } from './dispose-model.ts';
import { outputMeaning } from './output-meaning.ts';
import { namesOf } from './output-names.ts';

/** A network that can be run. */
export interface Network {
  readonly info: ModelInfo;
  readonly graph: LayerGraph;
}

export interface DisposableNetwork extends Network {
  dispose(): void;
}

export interface LoadedModel extends DisposableNetwork {
  /** All weights, in the order of the layers. */
  readonly variables: readonly { readonly name: string; readonly shape: readonly number[]; read(): Promise<Float32Array> }[];
  /** The layers with what copies of them take as they are run: `info` has what whole tails take. @param pause awaited between layers */
  planLayers(pause: () => Promise<void>): Promise<NetworkPlans>;
  /**
   * The same network with other weights, built beside this one.
   *
   * @param change gives the values of each weight, by the name of its layer and its own
   */
  withWeights(change: (layer: string, weight: string, values: Float32Array) => Float32Array): Promise<DisposableNetwork>;
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

/** @returns the network built from the topology, with the model's weights as `change` gives them */
async function withWeights(
  topology: ModelTopology,
  model: tfl.LayersModel,
  info: ModelInfo,
  change: Parameters<LoadedModel['withWeights']>[0],
): Promise<DisposableNetwork> {
  const weights: WeightValues[] = [];
  for (const variable of model.weights) {
    const { originalName: name } = variable;
    const slash = name.lastIndexOf('/');
    const tensor = variable.read();
    const values = change(name.slice(0, slash), name.slice(slash + 1), Float32Array.from(await tensor.data()));
    weights.push({ name, shape: tensor.shape, values });
  }
  const other = await buildLayersModel(packArtifacts(topology, weights));
  try {
    const graph = graphOfOutput(other, info.output);
    return {
      info,
      graph,
      dispose() {
        disposeGraph(graph);
        disposeModel(other);
      },
    };
  } catch (error) {
    disposeModel(other);
    throw error;
  }
}

const IMAGENET_CLASSES = 1000;

/** @throws AppError `model-file-broken` for preprocessing of another number of channels than the network takes */
function checkChannels(fileName: string, { channels }: Preprocessing, count: number): void {
  if (channelCount(channels) === count) return;
  throw new AppError(
    'model-file-broken',
    `The manifest says “${channels}” for the channels of images, but the network in ${fileName} takes ${count}; please correct the manifest.`,
  );
}

/** How images of another shape are fitted: ImageNet's networks are mostly evaluated on the middle of an image that was resized first. */
function assumedFit(preprocessing: Preprocessing, input: Size, classes: number): { preprocessing: Preprocessing; remark: string } {
  if (classes !== IMAGENET_CLASSES) return { preprocessing, remark: '' };
  const fit = usualShortSideFit(input);
  const remark = `As it tells ${classes} classes apart, like ImageNet’s networks, it is assumed that an image’s short side is resized to ${shortSideOf(fit)} pixels and its middle ${input.width} × ${input.height} cropped.`;
  return { preprocessing: { ...preprocessing, fit }, remark };
}

async function build(
  id: string,
  { fileName, artifacts, manifest, isGuessed, isFitKnown = false, remark, inputRemark = '' }: ReadModel,
  size: Size | null,
  wantedOutput: number | null,
): Promise<LoadedModel> {
  const named = namedInputSize(artifacts.topology);
  const input = named ?? size ?? manifest.input;
  const topology = named ? artifacts.topology : withInputSize(artifacts.topology, input);
  checkChannels(fileName, manifest.preprocessing, inputChannels(artifacts.topology));
  const model = await buildLayersModel({ ...artifacts, topology });
  let graph: LayerGraph | null = null;
  try {
    const output = chooseOutput(model, wantedOutput);
    const { graph: built, end, units, chosen } = output;
    const trainedFor = readingOfLoss(topology.loss, chosen.name, chosen.index);
    graph = built;
    checkShapes(built);
    const { reading, readings, remark: guessed } = outputMeaning(fileName, end, units, manifest, trainedFor);
    const { remark: remarkOnNames, ...names } = await namesOf(fileName, manifest.classNames, units, reading);
    const choice = remarkOnOutput(fileName, output, model.outputs.length, chosen.index === wantedOutput);
    const layers = describeLayers(built, artifacts.otherNames);
    if (!layers.some(canBeExplained)) {
      throw new AppError('model-unsupported', 'The model has no layer with cells to explain; please give a convolutional network.');
    }
    const fitted =
      isGuessed && !isFitKnown ? assumedFit(manifest.preprocessing, input, units) : { preprocessing: manifest.preprocessing, remark: '' };
    const joined = (...remarks: readonly string[]) => remarks.filter(Boolean).join(' ');
    const guesses = { input: joined(inputRemark, fitted.remark), output: joined(choice, guessed), names: remarkOnNames };
    const info: ModelInfo = {
      id,
      title: manifest.title,
      input,
      takesAnySize: named === null,
      preprocessing: fitted.preprocessing,
      isGuessed,
      outputs: output.choices,
      output: chosen.index,
      units,
      reading,
      readings,
      ...names,
      classNames: classNamesFor(names.givenNames, units, reading),
      layers,
      forward: workOf(
        leanGraph(built, () => false),
        built.nodes.keys(),
      ),
      defaultLayer: defaultLayer(layers),
      parameterCount: model.countParams(),
      remark: joined(remark, fitted.remark, choice, guessed, remarkOnNames),
      guesses,
    };
    const plans = isIncremental() ? new LayerPlans(built, layers) : null;
    return {
      info,
      graph: built,
      planLayers: async (pause) => plans?.all(pause) ?? { layers },
      variables: model.weights.map((weight) => ({
        name: weight.originalName,
        shape: weight.shape.map(Number),
        read: async () => (await weight.read().data()) as Float32Array,
      })),
      withWeights: (change) => withWeights(topology, model, info, change),
      dispose() {
        disposeGraph(built);
        disposeModel(model);
      },
    };
  } catch (error) {
    if (graph) disposeGraph(graph);
    disposeModel(model);
    throw error;
  }
}

/**
 * Builds the model on the backend in use.
 *
 * @param size what a network that takes any size is given; null: what suits it
 * @param output which of several outputs is explained; null: the first classifier
 * @throws AppError `model-unsupported` naming the file, when it is no image classifier that can be cut; nothing is left behind then.
 */
export async function loadModel(id: string, opened: ReadModel, size: Size | null, output: number | null = null): Promise<LoadedModel> {
  const model = await build(id, opened, size, output).catch((error: unknown) => {
    throw inFile(opened.fileName, error);
  });
  const { copies, choices } = opened;
  return { ...model, info: { ...model.info, ...(copies && { copies }), ...(choices && { choices }) } };
}
