/** TensorFlow Lite: networks for phones and boards, with their weights. */
import { type Format, starts } from '../format.ts';

export const tflite: Format = {
  title: 'a TensorFlow Lite model (.tflite)',
  atUrl: ['.tflite'],
  rows: [
    {
      what: '`.tflite`',
      fromWhere:
        "TensorFlow Lite (LiteRT): `TFLiteConverter`, Model Maker, Teachable Machine's `converted_tflite.zip`; convolutional classifiers",
      whatIsRead:
        'everything, every tensor of an image as a layer; class names and normalisation in its metadata; weights as float16 or whole numbers too, and networks of whole numbers, which are run with floats',
    },
  ],
  kinds: [
    {
      id: 'tflite',
      role: { use: 'model', id: 'tflite' },
      isSigned: ({ bytes }) => starts(bytes, 'TFL3', 4),
      endings: ['tflite'],
    },
  ],
  begins: ['tflite'],
  reader: async () => (await import('./reader.ts')).tfliteReader,
};
