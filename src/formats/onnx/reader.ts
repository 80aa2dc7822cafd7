/** ONNX graphs: nodes become layers, once what is computed from constants is known. */

import { AppError } from '../../core/app-error.ts';
import type { ModelChoice } from '../../core/models/model-card.ts';
import type { FamilyUse, FormatReader, ParsedModel, ReadContext } from '../format.ts';
import { type GivenFile, labelOf } from '../given-file.ts';
import { layoutsOf } from '../graph/image-input.ts';
import { isRead, type Network, networkOfGraph } from '../graph/network-of-graph.ts';
import type { GraphInput, ImageLayout, OperationGraph } from '../graph/nodes/graph.ts';
import { outputsThatRun } from '../graph/nodes/outputs-that-run.ts';
import { randomNodes } from '../graph/nodes/passes.ts';
import { withPlainOperators } from '../graph/nodes/plain-operators.ts';
import { isQuantized } from '../graph/nodes/quantization.ts';
import { inPlainText } from '../graph/plain-text.ts';
import { simplified } from '../graph/simplified.ts';
import { remarkOnRandom } from '../layers/random-layers.ts';
import { inputChannels } from '../network/input-shape.ts';
import { notedClassNames } from '../usage/noted-class-names.ts';
import { ExternalData, isLikeData } from './file/external-data.ts';
import { externalPaths, type OnnxModel, readOnnx } from './file/model-proto.ts';
import { imagesIn } from './image-metadata.ts';

/** PyTorch's classifiers are mostly torchvision's or timm's, or began as such; Ultralytics' take colours from 0 to 1, and say whose they are. */
function familyOf({ producer, metadata }: OnnxModel): FamilyUse | null {
  if (producer !== 'pytorch' || /ultralytics/i.test(metadata.get('author') ?? '')) return null;
  return { title: 'a network of PyTorch', normalisation: 'torch', side: 224 };
}

const LAYOUT = 'layout';

const LAYOUT_LABELS: Readonly<Record<ImageLayout, string>> = {
  'channels-first': 'Channels, rows, columns',
  'channels-last': 'Rows, columns, channels',
};

/** Where the shape of its input can be meant both ways. */
function layoutChoice([input]: readonly GraphInput[], said: string | undefined): ModelChoice | null {
  const layouts = input && !input.layout ? layoutsOf(input) : [];
  const [likely] = layouts;
  if (layouts.length < 2 || !likely) return null;
  const chosen = layouts.find((layout) => layout === said) ?? likely;
  return { id: LAYOUT, title: 'Sides of the input', options: layouts.map((id) => ({ id, label: LAYOUT_LABELS[id] })), chosen };
}

function withLayout(graph: OperationGraph, choice: ModelChoice | null): OperationGraph {
  const layout = (['channels-first', 'channels-last'] as const).find((one) => one === choice?.chosen);
  return layout ? { ...graph, inputs: graph.inputs.map((input) => ({ ...input, layout })) } : graph;
}

interface InLayout {
  readonly choice: ModelChoice | null;
  readonly network: Network;
}

/** As the choice has it or, where nobody chose and that cannot be run, the other way. @throws AppError what is wrong with the likelier one */
function inFittingLayout(choice: ModelChoice | null, said: string | undefined, open: (choice: ModelChoice | null) => Network): InLayout {
  try {
    return { choice, network: open(choice) };
  } catch (error) {
    const other = said === undefined ? choice?.options.find(({ id }) => id !== choice.chosen) : undefined;
    if (!choice || !other || !(error instanceof AppError)) throw error;
    const turned = { ...choice, chosen: other.id };
    try {
      return { choice: turned, network: open(turned) };
    } catch (another) {
      throw another instanceof AppError ? error : another;
    }
  }
}

async function read(main: GivenFile, { parts, onStep, refuseUnused, choices }: ReadContext): Promise<ParsedModel> {
  const name = labelOf(main);
  const external = new ExternalData(main, parts);
  const model = readOnnx(name, main.bytes, external.bytesOf);
  refuseUnused(external.unused());
  onStep();
  const whole = withPlainOperators(model.graph);
  const { outputs, remark: leftOut } = outputsThatRun(name, whole, isRead);
  const { choice, network } = inFittingLayout(layoutChoice(whole.inputs, choices[LAYOUT]), choices[LAYOUT], (own) =>
    networkOfGraph(name, simplified(name, withLayout({ ...whole, outputs }, own)), onStep),
  );
  const { artifacts, chosenSize } = network;
  const laidOut = chosenSize
    ? `The network in ${name} leaves the size of its images open and yet computes with it, so it was laid out for ${chosenSize.width} × ${chosenSize.height} pixels.`
    : '';
  const inFloats = isQuantized(model.graph)
    ? `The network in ${name} is quantized, and run here in floating point: its scores may differ a little from those of whole numbers.`
    : '';
  const random = remarkOnRandom(name, randomNodes(whole));
  const family = familyOf(model);
  const images = imagesIn(name, model.metadata, inputChannels(artifacts.topology), whole.inputs[0]?.isWhole === true);
  return {
    artifacts,
    names: notedClassNames(model.metadata),
    remark: [leftOut, laidOut, inFloats, random, images.remark].filter(Boolean).join(' '),
    ...(images.normalisation && { images: images.normalisation }),
    ...(choice && { choices: [choice] }),
    ...(family && { family }),
  };
}

export const onnxReader: FormatReader = {
  async find(given, context) {
    const files = given.filter(({ role }) => role.id === 'onnx').map(({ file }) => file);
    return { models: files.map((main) => ({ main, read: () => inPlainText(() => read(main, context)) })), unfinished: [] };
  },
  parts: { pathsIn: ({ bytes }) => externalPaths(bytes), isLike: isLikeData },
};
