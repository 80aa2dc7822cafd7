/**
 * Which of a network's outputs is explained: the first classifier, or the one that a person chose. Only what leads there is laid out, runs,
 * and is listed.
 */

import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { AppError } from '../../core/app-error.ts';
import { sizeOfShape } from '../../formats/network/artifacts.ts';
import type { OutputChoice } from '../../protocol/engine.ts';
import { NO_FACTS } from '../graph/layer-facts.ts';
import { buildLayerGraph, disposeGraph, type GraphNode, type LayerGraph } from '../graph/layer-graph.ts';
import { type LinearOutput, linearOutput, type OutputEnd } from './linear-output.ts';

export interface ChosenOutput extends LinearOutput {
  /** How many raw outputs it has. */
  readonly units: number;
  readonly chosen: OutputChoice;
  /** All that could be chosen: vectors of scores, and no feature maps. */
  readonly choices: readonly OutputChoice[];
}

const MAX_UNITS = 100_000;

/** How many scores an activation of this shape holds; null for one that is a map, or whose size is open. */
function unitsOf(shape: GraphNode['shape']): number | null {
  const sides = shape.slice(1).map(Number);
  const size = sizeOfShape(sides);
  const isVector = sides.filter((side) => side !== 1).length <= 1;
  return isVector && size > 0 && size <= MAX_UNITS ? size : null;
}

/** The graph with its output laid out as `[batch, units]`, where networks leave a grid of one cell. */
function withVector(graph: LayerGraph): LayerGraph {
  const last = graph.nodes[graph.output];
  const units = last && unitsOf(last.shape);
  if (!last || !units || last.shape.length === 2) return graph;
  const run = ([x]: tf.Tensor[]) => tf.reshape(x as tf.Tensor, [-1, units]);
  const node: GraphNode = {
    id: graph.nodes.length,
    name: `${last.name}__flat`,
    kind: 'Flatten',
    inputs: [last.id],
    shape: [null, units],
    ...NO_FACTS,
    values: units,
    scoreEffect: 'same',
    layer: null,
    operation: { run, runForGradient: run, dispose() {} },
  };
  return { ...graph, nodes: [...graph.nodes, node], output: node.id };
}

/** What is a classifier comes first: by its end, and then by having more than one score. */
function rankOf({ kind }: OutputEnd, units: number): number {
  if (kind === 'softmax' && units > 1) return 0;
  if (kind === 'sigmoid') return 1;
  return kind === 'linear' && units > 1 ? 2 : 3;
}

/** All outputs that are vectors of scores, in the model's order. */
function choicesOf(model: tfl.LayersModel): OutputChoice[] {
  return model.outputs.flatMap(({ shape }, index) => {
    const units = unitsOf(shape);
    return units === null ? [] : [{ index, name: model.outputNames[index] ?? `output ${index}`, units }];
  });
}

function laidOut(model: tfl.LayersModel, index: number): LinearOutput {
  return linearOutput(withVector(buildLayerGraph(model, index)));
}

/** The graph that leads to one output, whose activation is taken off. */
export function graphOfOutput(model: tfl.LayersModel, index: number): LayerGraph {
  return laidOut(model, index).graph;
}

/**
 * @param wanted the number of an output; null, or one that is no choice: the first classifier
 * @returns its graph, to be freed with `disposeGraph`
 * @throws AppError `model-unsupported` where no output is a vector of scores, or none can be laid out
 */
export function chooseOutput(model: tfl.LayersModel, wanted: number | null): ChosenOutput {
  const choices = choicesOf(model);
  const asked = choices.filter(({ index }) => index === wanted);
  let best: (LinearOutput & { readonly rank: number; readonly chosen: OutputChoice }) | null = null;
  let failure: unknown = new AppError('model-unsupported', 'The model does not end in one score per class; please give a classifier.');
  let hasFailed = false;
  for (const chosen of asked.length > 0 ? asked : choices) {
    try {
      const output = laidOut(model, chosen.index);
      const rank = rankOf(output.end, chosen.units);
      if (best && best.rank <= rank) disposeGraph(output.graph);
      else {
        if (best) disposeGraph(best.graph);
        best = { ...output, rank, chosen };
      }
    } catch (error) {
      // Another output may do without the layer that cannot be run.
      if (!hasFailed) failure = error;
      hasFailed = true;
    }
  }
  if (!best) throw failure;
  const { graph, end, chosen } = best;
  return { graph, end, chosen, choices, units: chosen.units };
}

/** What is said where there was a choice. */
export function remarkOnOutput(fileName: string, { chosen, choices }: ChosenOutput, outputs: number, isWanted: boolean): string {
  if (outputs === 1 || isWanted) return '';
  const others = choices.length > 1 ? '; under Network input another can be chosen' : '; the others are no vectors of scores';
  return `The network in ${fileName} has ${outputs} outputs, of which “${chosen.name}” is explained${others}.`;
}
