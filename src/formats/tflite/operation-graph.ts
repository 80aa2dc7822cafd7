/** A model of TFLite as a graph of operations. */
import { AppError } from '../../core/app-error.ts';
import { CHANNEL_COUNTS } from '../../core/images/preprocessing.ts';
import { faultOf } from '../fault.ts';
import { NodeWriter } from '../graph/nhwc/node-writer.ts';
import type { GraphInput, OperationGraph } from '../graph/nodes/graph.ts';
import { Unsupported } from '../layers/layer-rule.ts';
import type { Operator, TfliteModel } from './file/model.ts';
import type { Tensor } from './file/tensors.ts';
import { type LayerNames, layerNames } from './layer-names.ts';
import { OperatorCall } from './operators/operator-call.ts';
import { translationOf } from './operators/operators.ts';
import { withWindows } from './operators/window-settings.ts';

/** The version of ONNX's operations that are written down. */
const OPSET = 18;

/** What TensorFlow puts around the name of an input. */
const SERVED = /^serving_default_(.+?)(?::\d+)?$/;

/** Names that no other tensor has. */
export function tensorNames(tensors: readonly Tensor[]): string[] {
  const taken = new Set<string>();
  return tensors.map(({ name }, place) => {
    const wanted = name.replace(SERVED, '$1') || `tensor ${place}`;
    const own = taken.has(wanted) ? `${wanted} (${place})` : wanted;
    taken.add(own);
    return own;
  });
}

/** What an operator is called. */
function namesOf({ outputs, kind }: Operator, names: readonly string[]): LayerNames {
  return layerNames(names[outputs[0] ?? -1] ?? kind, kind);
}

/** @throws AppError naming the first operator of a kind that is not read here, and how many there are */
function checkKinds(fileName: string, operators: readonly Operator[], names: readonly string[]): void {
  const compiled = operators.find(({ kind, isCustom }) => isCustom && kind.startsWith('edgetpu'));
  if (compiled)
    throw new AppError(
      'model-unsupported',
      `The network in ${fileName} is compiled for an Edge TPU, which alone can run it; please give the .tflite file that it was compiled from.`,
    );
  const unknown = operators.filter(({ kind, isCustom }) => isCustom || !translationOf(kind));
  const [first] = unknown;
  if (!first) return;
  throw new AppError(
    'model-unsupported',
    `In ${fileName} ${unknown.length} of ${operators.length} operators cannot be run here, the first of which is ${namesOf(first, names).whole} (${first.kind}); please give a convolutional network of other operators.`,
  );
}

/** With channels last, unless that can only be meant otherwise: some converters keep torch's order. */
function inputOf(name: string, shape: readonly (number | null)[] | null): GraphInput {
  const isLast = CHANNEL_COUNTS.some((count) => count === shape?.[3]);
  return isLast ? { name, shape, layout: 'channels-last' } : { name, shape };
}

/** @throws AppError naming the file and the operator */
export function graphOfModel(fileName: string, model: TfliteModel): OperationGraph {
  const { tensors, inputs, outputs } = model;
  const names = tensorNames(tensors);
  const operators = withWindows(model.operators, tensors, outputs);
  checkKinds(fileName, operators, names);
  const constants = tensors.flatMap(({ constant }, place) => (constant ? [[names[place] ?? '', constant] as const] : []));
  const writer = new NodeWriter(new Map(constants), names);
  for (const operator of operators) {
    const own = namesOf(operator, names);
    try {
      const call = new OperatorCall({ writer, operator, tensors, names, layerNames: own });
      translationOf(operator.kind)?.(call);
    } catch (error) {
      const what = error instanceof Unsupported ? error.message : `cannot be right (${faultOf(error)}); please convert it again`;
      throw new AppError('model-unsupported', `In ${fileName} the operator ${own.whole} (${operator.kind}) ${what}.`);
    }
  }
  return {
    nodes: writer.nodes,
    constants: writer.constants,
    inputs: inputs.map((place) => inputOf(names[place] ?? '', tensors[place]?.openShape ?? null)),
    outputs: outputs.map((place) => names[place] ?? ''),
    opset: OPSET,
  };
}
