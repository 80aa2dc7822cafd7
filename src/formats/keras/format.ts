/** Keras 2 and 3: `.keras`, HDF5, and the JSON of a network beside its weights. */
import type { FileRole } from '../../core/models/file-role.ts';
import { type Format, starts } from '../format.ts';
import { isKerasArchive } from './archive-members.ts';

/** A whole model, or weights alone. */
const HDF5: FileRole = { use: 'model', id: 'hdf5', partners: ['architecture'] };
const KERAS_ARCHIVE: FileRole = { use: 'model', id: 'keras-archive', partners: ['architecture'] };
const ARCHITECTURE: FileRole = {
  use: 'model',
  id: 'architecture',
  partners: ['hdf5', 'keras-archive', 'archive'],
  isNetworkOnly: true,
};

const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** HDF5 begins at the start, or after 512 bytes of somebody else's, or 1024, 2048 and so on. */
function isHdf5(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at = Math.max(512, at * 2)) if (starts(bytes, SIGNATURE, at)) return true;
  return false;
}

export const keras: Format = {
  title: 'a Keras model (.keras, .h5)',
  hint: 'a Keras model (.keras, .h5, or its JSON and its weights), the weights of one of Keras’ DenseNets (.h5)',
  atUrl: ['.keras', '.h5'],
  rows: [
    { what: '`.keras`', fromWhere: 'Keras 3, `model.save("x.keras")`', whatIsRead: 'everything' },
    { what: '`.h5`, whole models', fromWhere: 'Keras 2 and 3', whatIsRead: 'everything' },
    {
      what: 'JSON of the network, and its weights (`.h5`, `.weights.h5`)',
      fromWhere: '`model.to_json()` and `model.save_weights()`, Keras 2 and 3; what is in a `.keras`, unpacked',
      whatIsRead: 'everything',
    },
    {
      what: '`.h5`, weights alone',
      fromWhere: '`keras.applications` DenseNet-121, 169, 201, with or without the top; older and newer layout',
      whatIsRead: 'the architecture, the classes and the head follow from the weights',
    },
  ],
  kinds: [
    { id: 'hdf5', role: HDF5, isSigned: ({ bytes }) => isHdf5(bytes), endings: ['h5', 'hdf5'] },
    { id: 'keras-archive', role: KERAS_ARCHIVE, endings: ['keras'] },
  ],
  json: [
    {
      role: ARCHITECTURE,
      matches: (json) => typeof json.class_name === 'string' && typeof json.config === 'object' && !('modelTopology' in json),
    },
  ],
  archive: { role: KERAS_ARCHIVE, ending: 'keras', isOne: isKerasArchive },
  begins: ['hdf5', 'keras-archive', 'archive', 'architecture'],
  reader: async () => (await import('./reader.ts')).kerasReader,
};
