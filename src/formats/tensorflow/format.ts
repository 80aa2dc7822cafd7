import { plainRole } from '../../core/models/file-role.ts';
import type { Format } from '../format.ts';

export const tensorflow: Format = {
  kinds: [
    {
      id: 'tensorflow-graph',
      role: plainRole('refused'),
      endings: ['pb'],
      refusal: 'is a TensorFlow graph, whose layers are lost; please save the Keras model as .keras',
    },
  ],
};
