import { plainRole } from '../../core/models/file-role.ts';
import { type Format, starts } from '../format.ts';

export const tflite: Format = {
  kinds: [
    {
      id: 'tflite',
      role: plainRole('refused'),
      isSigned: ({ bytes }) => starts(bytes, 'TFL3', 4),
      refusal: 'is a TensorFlow Lite model, whose layers are lost; please save the Keras model as .keras',
    },
  ],
};
