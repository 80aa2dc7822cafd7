/** How a network can go on, by the kind of layer that a move is sure to draw. */
import { ACTIVATION_MOVES } from './activations.ts';
import { CONVOLUTION_MOVES } from './convolutions.ts';
import { IMAGE_MOVES } from './images.ts';
import { LAYOUT_MOVES } from './layouts.ts';
import { attention, MERGE_MOVES, shared } from './merges.ts';
import { nested } from './models.ts';
import type { Move } from './move.ts';
import { NORMALISATION_MOVES } from './normalisations.ts';
import { clipped, ofOneTensor, resized, sliced, withNumbers, withTensor } from './operations.ts';
import { POOLING_MOVES } from './pooling.ts';
import { TRAINING_MOVES } from './training-only.ts';

const PLAIN: Readonly<Record<string, Move>> = {
  ...ACTIVATION_MOVES,
  ...IMAGE_MOVES,
  ...CONVOLUTION_MOVES,
  ...LAYOUT_MOVES,
  ...MERGE_MOVES,
  ...NORMALISATION_MOVES,
  ...POOLING_MOVES,
};

export const MOVES_BY_KIND: Readonly<Record<string, Move>> = { ...PLAIN, ...TRAINING_MOVES };

const OPERATIONS: readonly Move[] = [clipped, ofOneTensor, resized, sliced, withNumbers, withTensor];

/** They share a turn: there are as many of them as of all other structures. */
const anyOperation: Move = (builder, x) => builder.draw.pick(OPERATIONS)(builder, x);

const INSIDE: readonly Move[] = [...Object.values(PLAIN), attention, shared, ...OPERATIONS];

/** What networks are made of beside single layers. */
export const STRUCTURES: readonly Move[] = [
  attention,
  shared,
  anyOperation,
  nested([...INSIDE, ...Array.from({ length: 4 }, () => nested(INSIDE))]),
];

/** Moves that any network may make, those that only act in training left out: they would crowd the others out. */
export const COMMON_MOVES: readonly Move[] = Object.values(PLAIN);
