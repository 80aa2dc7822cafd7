/** The field's own words, each with one plain sentence behind it. */
export const GLOSSARY: readonly { readonly term: string; readonly meaning: string }[] = [
  { term: 'Logit', meaning: 'A class’s score before a softmax or a sigmoid turns it into a probability.' },
  { term: 'Cell', meaning: 'One place of a layer’s grid, which stands for a square of the image.' },
  { term: 'Activation', meaning: 'What a layer gives for an image: one number per cell and channel.' },
  { term: 'Ablation', meaning: 'Setting activations to zero to see what the network says without them.' },
  {
    term: 'Window, stride',
    meaning: 'How many cells are ablated together, as the side of a square, and how many cells the square moves on each time.',
  },
  { term: 'Saliency map', meaning: 'One number per cell: how much that cell speaks for the class, or against it where it is negative.' },
  {
    term: 'Signed',
    meaning: 'Shows evidence against the class as well, with zero in the middle of the colours; Positive shows only evidence for it.',
  },
];
