/** The field's own words, each with one plain sentence behind it. */
export const GLOSSARY = {
  logit: { term: 'Logit', meaning: 'A class’s score before a softmax or a sigmoid turns it into a probability.' },
  probability: {
    term: 'Probability',
    meaning: 'The share that a softmax or a sigmoid makes of the logit: near 0 or 1 hardly anything moves it.',
  },
  class: {
    term: 'Class',
    meaning:
      'What is explained: unless you choose one, that with the largest probability, or the largest number; where outputs are independent, it rules no other out.',
  },
  cell: { term: 'Cell', meaning: 'One place of a layer’s grid, which stands for a square of the image.' },
  layer: {
    term: 'Layer',
    meaning: 'One step of the network; early layers have many small cells, late ones few large cells that mean more.',
  },
  activation: { term: 'Activation', meaning: 'What a layer gives for an image: one number per cell and channel.' },
  ablation: {
    term: 'Ablation',
    meaning:
      'Setting activations to zero, or replacing them with means, with a blur or with a multiple of themselves, to see what the network says without them.',
  },
  'after-relu': {
    term: 'Nothing after the next ReLU',
    meaning:
      'Before a BatchNorm zero is no neutral value: what it makes of zeros may count for or against the class. Where nothing but BatchNorm and concatenation lies between a layer and the next ReLU, what is ablated can be zeroed after the ReLU instead, where nothing is left of it.',
  },
  window: {
    term: 'Window, stride',
    meaning: 'How many cells are ablated together, as the side of a square, and how many cells the square moves on each time.',
  },
  contrast: { term: 'Contrast', meaning: 'The score of one class less that of another: what speaks for the one and not for the other.' },
  'look-alikes': {
    term: 'Look-alikes',
    meaning:
      'The three classes whose logits are nearest to that of the class in this image; the score is the mean of the differences from them, weighted by their probabilities (FinerCAM, Zhang et al., CVPR 2025).',
  },
  map: {
    term: 'Saliency map',
    meaning: 'One number per cell: how much that cell speaks for the class, or against it where it is negative.',
  },
  signed: {
    term: 'Signed',
    meaning: 'Shows evidence against the class as well, with zero in the middle of the colours; Positive shows only evidence for it.',
  },
  'chosen-sign': {
    term: 'Sign chosen',
    meaning: 'The method’s formula leaves open which end of the map speaks for something: here the end further from zero is positive.',
  },
  colours: {
    term: 'Contrast of the colours',
    meaning:
      'Which values the ends of the colours stand for: zero and the largest magnitude, the least and the largest value, or one largest magnitude for all figures; blue–white–red keeps zero white in all of them.',
  },
  batch: { term: 'Batch', meaning: 'Ablated copies that are run together: more at once is quicker on a GPU, and takes more memory.' },
} as const satisfies Readonly<Record<string, { readonly term: string; readonly meaning: string }>>;

export type TermName = keyof typeof GLOSSARY;
