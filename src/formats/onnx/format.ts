/** ONNX: a graph with its weights, in which most frameworks hand networks on. */
import type { FileRole } from '../../core/models/file-role.ts';
import type { Format } from '../format.ts';

const ONNX: FileRole = { use: 'model', id: 'onnx', parts: ['onnx-data', 'unknown'] };

export const onnx: Format = {
  title: 'an ONNX model (.onnx)',
  hint: 'an ONNX model (.onnx, with its .onnx.data where there is one)',
  atUrl: ['.onnx'],
  rows: [
    {
      what: '`.onnx`, with its `.onnx.data` where there is one',
      fromWhere: 'ONNX of opset 7 to 24: `torch.onnx.export`, tf2onnx, MATLAB and others; convolutional classifiers',
      whatIsRead: 'everything, every tensor of an image as a layer; class names in its metadata (`names`)',
    },
  ],
  kinds: [
    { id: 'onnx', role: ONNX, endings: ['onnx'] },
    {
      id: 'onnx-data',
      role: { use: 'part', id: 'onnx-data' },
      isSigned: ({ name }) => /\.onnx[._]data$/i.test(name),
      incomplete: 'weights of an ONNX model, which needs its .onnx too',
    },
  ],
  begins: ['onnx'],
  reader: async () => (await import('./reader.ts')).onnxReader,
};
