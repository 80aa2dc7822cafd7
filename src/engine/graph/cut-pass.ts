/** One image's pass through a network, cut at one layer, and all that methods are given to work with. */
import * as tf from '@tensorflow/tfjs-core';
import { AppError } from '../../core/app-error.ts';
import { changedInput, type InputChange, isIdentity, isSameChange } from '../../core/images/input-change.ts';
import { prepareInput } from '../../core/images/prepare-input.ts';
import { channelCount, isSamePreprocessing, type Preprocessing } from '../../core/images/preprocessing.ts';
import { isCalled } from '../../explain/layer-info.ts';
import { scoreSlope } from '../../explain/rounding.ts';
import { type ClassScore, scoreGradient } from '../../explain/target.ts';
import type { ImageInput, PreparedImage, RequestAbout } from '../../protocol/explain.ts';
import { yieldToEventLoop } from '../backend/yield-to-event-loop.ts';
import { backwardPass, type GradientVisit } from '../gradients/backward-pass.ts';
import { imagePixels } from '../loading/image-pixels.ts';
import type { Network } from '../loading/loaded-model.ts';
import { cutActivation } from '../methods/cut-activation.ts';
import type { Gradient, MethodContext } from '../methods/method.ts';
import { disposePass, forwardPass, type KeptPass } from './graph-executor.ts';
import { findNode, type GraphNode, type Tail, tailOf } from './layer-graph.ts';
import { leanGraph } from './lean-graph.ts';

/** What a pass is run for. */
export type PassRequest = Pick<RequestAbout<ImageInput | PreparedImage>, 'image' | 'preprocessing' | 'change' | 'layer'>;

/** A finished pass, and what it was of. Free it with `disposeCutPass`. */
export interface CutPass {
  readonly imageId: string;
  readonly preprocessing: Preprocessing;
  /** What was done to the input; null: nothing. */
  readonly change: InputChange | null;
  readonly layer: string;
  readonly tail: Tail;
  readonly pass: KeptPass;
  readonly logits: Float32Array;
  readonly durationMs: number;
  /** The last backward pass from here: Grad-CAM and the first-order estimate start from the same one. */
  gradient: (Gradient & { readonly score: string }) | null;
}

export function disposeCutPass({ pass, gradient }: CutPass): void {
  disposePass(pass);
  gradient?.tensor.dispose();
}

/** Null for one that changes nothing. */
function changeOf({ change }: PassRequest): InputChange | null {
  return change && !isIdentity(change) ? change : null;
}

export function isPassOf(cut: CutPass, { info }: Network, request: PassRequest): boolean {
  const { image, layer, preprocessing = info.preprocessing } = request;
  const change = changeOf(request);
  const isChangedAlike = cut.change && change ? isSameChange(cut.change, change) : cut.change === change;
  return isChangedAlike && cut.imageId === image.id && cut.layer === layer && isSamePreprocessing(cut.preprocessing, preprocessing);
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

/**
 * Runs the network once, and keeps the image as the network takes it, the layer's activation, and what its tail takes from elsewhere.
 *
 * @throws AppError `layer-unknown`, or the signal's reason when cancelled; nothing is left behind then
 */
export async function runCutPass(network: Network, request: PassRequest, signal?: AbortSignal): Promise<CutPass> {
  const { graph, info } = network;
  const { image, layer, preprocessing = info.preprocessing } = request;
  const node = explainableNode(network, layer);
  const startedAt = performance.now();
  const tail = tailOf(graph, node.id);
  const { width, height } = info.input;
  const prepared = 'values' in image ? image.values : prepareInput(imagePixels(image.pixels), info.input, preprocessing);
  const change = changeOf(request);
  const values = change ? changedInput(prepared, info.input, change) : prepared;
  const channels = 'values' in image ? values.length / (width * height) : channelCount(preprocessing.channels);
  const input = tf.tensor4d(values, [1, height, width, channels]);
  const kept = new Set([graph.input, node.id, ...tail.skipInputs]);
  const pass = await forwardPass(
    leanGraph(graph, (id) => kept.has(id)),
    input,
    kept,
    signal,
  ).finally(() => input.dispose());
  try {
    const logits = Float32Array.from(await pass.logits.data());
    const durationMs = performance.now() - startedAt;
    return { imageId: image.id, preprocessing, change, layer, tail, pass, logits, durationMs, gradient: null };
  } catch (error) {
    disposePass(pass);
    throw error;
  }
}

/** A GPU works through its queue behind our back: a number read from the end of it tells when it is there. Frees the tensor if that fails. */
async function whenComputed(tensor: tf.Tensor): Promise<void> {
  const first = tf.tidy(() => tf.slice(tf.reshape(tensor, [-1]), [0], [1]));
  try {
    await first.data();
  } catch (error) {
    tensor.dispose();
    throw error;
  } finally {
    first.dispose();
  }
}

/** `dy/dA` of the score at the layer of the pass. It is kept until another one is asked for, or the pass is freed. */
async function gradientOf(
  { graph }: Network,
  cut: CutPass,
  score: ClassScore,
  signal: AbortSignal | undefined,
  visit?: GradientVisit,
): Promise<Gradient> {
  const { tail, pass, logits } = cut;
  const key = JSON.stringify([score.classIndex, score.kind, score.versus, score.reading]);
  if (cut.gradient?.score === key && !visit) return cut.gradient;
  const startedAt = performance.now();
  const seed = tf.tensor2d(scoreGradient(logits, score), [1, logits.length]);
  try {
    const tensor = (await backwardPass(
      graph,
      tail,
      cutActivation({ tail, pass }),
      pass.activations,
      seed,
      yieldToEventLoop(signal),
      visit,
    )) as tf.Tensor4D;
    await whenComputed(tensor);
    cut.gradient?.tensor.dispose();
    const slope = scoreSlope(logits, score);
    cut.gradient = { score: key, tensor, slope, durationMs: performance.now() - startedAt };
    return cut.gradient;
  } finally {
    seed.dispose();
  }
}

/** @param options what differs from job to job */
export function methodContext(
  network: Network,
  cut: CutPass,
  options: Pick<MethodContext, 'limits' | 'passesPerBatch' | 'ways' | 'exact' | 'signal' | 'moreItems' | 'emit'>,
): MethodContext {
  let lastLap = performance.now();
  return {
    ...options,
    graph: network.graph,
    tail: cut.tail,
    pass: cut.pass,
    logits: cut.logits,
    forwardMs: cut.durationMs,
    gradientOf: (score, visit) => gradientOf(network, cut, score, options.signal, visit),
    lap: () => {
      const now = performance.now();
      const sinceLast = now - lastLap;
      lastLap = now;
      return sinceLast;
    },
  };
}
