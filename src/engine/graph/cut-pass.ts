/** One image's pass through a network, cut at the layers that are asked about, and all that methods are given to work with. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../core/app-error.ts';
import { changedInput, type InputChange, isIdentity, isSameChange } from '../../core/images/input-change.ts';
import { prepareInput } from '../../core/images/prepare-input.ts';
import { channelCount, isSamePreprocessing, type Preprocessing } from '../../core/images/preprocessing.ts';
import { canBeExplained, isCalled } from '../../explain/layer-info.ts';
import { scoreSlope } from '../../explain/rounding.ts';
import { type ClassScore, scoreGradient } from '../../explain/target.ts';
import type { ImageInput, PreparedImage, RequestAbout } from '../../protocol/explain.ts';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { backwardPass, type GradientVisit } from '../gradients/backward-pass.ts';
import { imagePixels } from '../loading/image-pixels.ts';
import type { Network } from '../loading/loaded-model.ts';
import { cutActivation, cutNode } from '../methods/cut-activation.ts';
import type { Gradient, MethodContext } from '../methods/method.ts';
import { disposePass, forwardPass, type KeptPass } from './graph-executor.ts';
import { findNode, type GraphNode, type NodeId, type Tail, tailOf } from './layer-graph.ts';
import { leanGraph } from './lean-graph.ts';
import { BYTES_PER_VALUE } from './tail-memory.ts';

type Request = RequestAbout<ImageInput | PreparedImage>;

/** What a pass is run for. */
export type PassRequest = Pick<Request, 'image' | 'preprocessing' | 'change' | 'layer' | 'nextLayers'> &
  Partial<Pick<Request, 'budgetBytes'>>;

/** What is kept for layers that will be asked about next takes at most this share of the memory for batches, and their gradients another. */
const SHARE_FOR_NEXT = 1 / 4;

/** A finished pass, and what it was of. Free it with `disposeCutPass`. */
export interface CutPass {
  readonly imageId: string;
  readonly preprocessing: Preprocessing;
  /** What was done to the input; null: nothing. */
  readonly change: InputChange | null;
  /** By the layers that can be asked about. */
  readonly tails: ReadonlyMap<string, Tail>;
  /** What is kept for all of these. */
  readonly pass: KeptPass;
  readonly logits: Float32Array;
  readonly durationMs: number;
  /** Of one score at the cuts that a backward pass has reached: Grad-CAM and the first-order estimate start from the same one. */
  gradients: { readonly score: string; readonly at: Map<NodeId, Gradient> } | null;
}

function freeGradients(cut: CutPass): void {
  for (const { tensor } of cut.gradients?.at.values() ?? []) tensor.dispose();
  cut.gradients = null;
}

export function disposeCutPass(cut: CutPass): void {
  disposePass(cut.pass);
  freeGradients(cut);
}

/** The pass as it is cut at one of its layers, with nothing of what is kept for others. */
export function cutAt({ graph }: Network, { tails, pass }: CutPass, layer: string): Pick<MethodContext, 'tail' | 'pass'> {
  const tail = tails.get(layer);
  if (!tail) throw new Error(`the pass was not cut at ${layer}`);
  const own = new Set([graph.input, ...tail.cuts, ...tail.skipInputs]);
  return { tail, pass: { ...pass, activations: new Map([...pass.activations].filter(([id]) => own.has(id))) } };
}

/** Null for one that changes nothing. */
function changeOf({ change }: PassRequest): InputChange | null {
  return change && !isIdentity(change) ? change : null;
}

export function isPassOf(cut: CutPass, { info }: Network, request: PassRequest): boolean {
  const { image, layer, preprocessing = info.preprocessing } = request;
  const change = changeOf(request);
  const isChangedAlike = cut.change && change ? isSameChange(cut.change, change) : cut.change === change;
  return isChangedAlike && cut.imageId === image.id && cut.tails.has(layer) && isSamePreprocessing(cut.preprocessing, preprocessing);
}

/**
 * The node of a layer that can be explained.
 *
 * @throws AppError `layer-unknown` for a layer that is not there, or has no cells
 */
export function explainableNode({ graph, info }: Network, layer: string): GraphNode {
  const found = info.layers.find(({ name }) => name === layer) ?? info.layers.find((one) => isCalled(one, layer));
  const node = found && findNode(graph, found.name);
  if (!node) throw new AppError('layer-unknown', `The model has no layer ${layer}; please choose another.`);
  const { unsupportedReason } = found;
  if (unsupportedReason === null) return node;
  throw new AppError('layer-unknown', `The layer ${layer} cannot be explained: ${unsupportedReason} Please choose another.`);
}

/** The tails of the layer, and of those that will be asked about next, as far as there is room for what they take. */
function tailsFor({ graph, info }: Network, { layer, nextLayers = [], budgetBytes = 0 }: PassRequest, node: GraphNode): Map<string, Tail> {
  const tails = new Map([[layer, tailOf(graph, node.id)]]);
  const kept = new Set<NodeId>();
  const keep = ({ cuts, skipInputs }: Tail): number => {
    const added = [...cuts, ...skipInputs].filter((id) => !kept.has(id));
    for (const id of added) kept.add(id);
    return added.reduce((sum, id) => sum + (graph.nodes[id]?.values ?? 0) * BYTES_PER_VALUE, 0);
  };
  for (const tail of tails.values()) keep(tail);
  let room = budgetBytes * SHARE_FOR_NEXT;
  for (const next of nextLayers) {
    const found = info.layers.find(({ name }) => name === next);
    const other = found && canBeExplained(found) && !tails.has(next) ? findNode(graph, next) : null;
    const tail = other && tailOf(graph, other.id);
    room -= tail ? keep(tail) : 0;
    if (room < 0) break;
    if (tail) tails.set(next, tail);
  }
  return tails;
}

/**
 * Runs the network once, and keeps the image as the network takes it, and for each layer its activation, and what its tail takes from elsewhere.
 *
 * @throws AppError `layer-unknown`, or the signal's reason when cancelled; nothing is left behind then
 */
export async function runCutPass(network: Network, request: PassRequest, signal?: AbortSignal): Promise<CutPass> {
  const { graph, info } = network;
  const { image, layer, preprocessing = info.preprocessing } = request;
  const tails = tailsFor(network, request, explainableNode(network, layer));
  const startedAt = performance.now();
  const { width, height } = info.input;
  const prepared = 'values' in image ? image.values : prepareInput(imagePixels(image.pixels), info.input, preprocessing);
  const change = changeOf(request);
  const values = change ? changedInput(prepared, info.input, change) : prepared;
  const channels = 'values' in image ? values.length / (width * height) : channelCount(preprocessing.channels);
  const input = tf.tensor4d(values, [1, height, width, channels]);
  const kept = new Set([graph.input, ...[...tails.values()].flatMap(({ cuts, skipInputs }) => [...cuts, ...skipInputs])]);
  const pass = await forwardPass(
    leanGraph(graph, (id) => kept.has(id)),
    input,
    kept,
    signal,
  ).finally(() => input.dispose());
  try {
    const logits = Float32Array.from(await pass.logits.data());
    const durationMs = performance.now() - startedAt;
    return { imageId: image.id, preprocessing, change, tails, pass, logits, durationMs, gradients: null };
  } catch (error) {
    disposePass(pass);
    throw error;
  }
}

/** A GPU works through its queue behind our back: a number read from the end of it tells when it is there. */
async function whenComputed(tensor: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), [0], [1]));
  try {
    await first.data();
  } finally {
    first.dispose();
  }
}

/**
 * `dy/dA` of the score at a layer of the pass. It is kept until another score is asked for, or the pass is freed; so is what the backward
 * pass finds on its way at layers that will be asked about next.
 */
async function gradientOf(
  { graph }: Network,
  cut: CutPass,
  { tail, pass }: Pick<MethodContext, 'tail' | 'pass'>,
  score: ClassScore,
  signal: AbortSignal | undefined,
  visit?: GradientVisit,
): Promise<Gradient> {
  const { logits, tails } = cut;
  const key = JSON.stringify([score.classIndex, score.kind, score.versus, score.reading]);
  const node = cutNode({ tail });
  const before = cut.gradients?.score === key ? cut.gradients.at : new Map<NodeId, Gradient>();
  const known = before.get(node);
  if (known && !visit) return known;
  const startedAt = performance.now();
  const slope = scoreSlope(logits, score);
  const found = new Map<NodeId, Gradient>();
  const keep = (id: NodeId, tensor: tf.Tensor) =>
    found.set(id, { tensor: tensor as tf.Tensor4D, slope, durationMs: performance.now() - startedAt });
  const others = new Set([...tails.values()].flatMap(({ cuts }) => cuts).filter((id) => !before.has(id)));
  const seed = tf.tensor2d(scoreGradient(logits, score), [1, logits.length]);
  try {
    const tensor = await backwardPass(
      graph,
      tail,
      cutActivation({ tail, pass }),
      cut.pass.activations,
      seed,
      yieldToEventLoop(signal),
      (id, activation, gradient) => {
        if (others.has(id)) keep(id, tf.clone(gradient));
        visit?.(id, activation, gradient);
      },
    );
    keep(node, tensor);
    await whenComputed(tensor);
  } catch (error) {
    for (const { tensor } of found.values()) tensor.dispose();
    throw error;
  } finally {
    seed.dispose();
  }
  known?.tensor.dispose();
  if (before.size === 0) freeGradients(cut);
  cut.gradients = { score: key, at: new Map([...before, ...found]) };
  return found.get(node) as Gradient;
}

/** @param layer one that the pass is cut at @param options what differs from job to job */
export function methodContext(
  network: Network,
  cut: CutPass,
  layer: string,
  options: Pick<MethodContext, 'limits' | 'passesPerBatch' | 'ways' | 'exact' | 'signal' | 'moreItems' | 'emit'>,
): MethodContext {
  let lastLap = performance.now();
  const own = cutAt(network, cut, layer);
  return {
    ...options,
    ...own,
    graph: network.graph,
    logits: cut.logits,
    forwardMs: cut.durationMs,
    gradientOf: (score, visit) => gradientOf(network, cut, own, score, options.signal, visit),
    lap: () => {
      const now = performance.now();
      const sinceLast = now - lastLap;
      lastLap = now;
      return sinceLast;
    },
  };
}
