/** What the Keras class of a layer says about its part in a network. */

const MERGES = new Set(['Concatenate', 'Add', 'Average', 'Maximum', 'Multiply', 'CustomScaleLayer']);
const CONVOLUTIONS = new Set(['Conv2D', 'SeparableConv2D', 'DepthwiseConv2D', 'Conv2DTranspose']);

/** Joins what convolutions computed: the last one of a block is its end. */
export function isMerge(kind: string): boolean {
  return MERGES.has(kind);
}

export function isConvolution(kind: string): boolean {
  return CONVOLUTIONS.has(kind);
}
