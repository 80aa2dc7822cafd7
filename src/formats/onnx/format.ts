import { plainRole } from '../../core/models/file-role.ts';
import type { Format } from '../format.ts';

export const onnx: Format = {
  kinds: [
    {
      id: 'onnx',
      role: plainRole('refused'),
      endings: ['onnx'],
      refusal: 'is an ONNX graph, whose layers are lost; please save the Keras model as .keras',
    },
  ],
};
