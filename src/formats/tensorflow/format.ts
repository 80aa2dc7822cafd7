/** TensorFlow's checkpoints, which are weights alone, and the SavedModels of Keras 2. */
import { type FileRole, plainRole } from '../../core/models/file-role.ts';
import { type FileHead, type Format, starts } from '../format.ts';

const INDEX: FileRole = {
  use: 'model',
  id: 'tensorflow-index',
  parts: ['tensorflow-shard', 'tensorflow-state', 'keras-metadata'],
  partners: ['architecture', 'keras-archive', 'hdf5', 'saved-model', 'archive'],
};
const SAVED_MODEL: FileRole = {
  use: 'model',
  id: 'saved-model',
  parts: ['keras-metadata'],
  folder: 'variables',
  isNetworkOnly: true,
};

/** `SavedModel` begins with the version of its form, and its graph. */
const SAVED_MODEL_START = [0x08, 0x01, 0x12];

/** `SavedMetadata` begins with an object. */
const OBJECTS_START = [0x0a];

/** How much may stand before a table's first entry: the length of a packed block, and of what is not packed in it. */
const PACKED_BYTES = 6;

/**
 * Whether the first entry of a table has no name, and says how many shards there are: a `BundleHeaderProto`, with the order of bytes where it is
 * not the usual one, and the version.
 */
function isIndex({ bytes }: FileHead): boolean {
  const isFirstEntry = (start: number) => {
    if (!starts(bytes, [0, 0], start) || bytes[start + 3] !== 0x08) return false;
    let at = start + 4;
    while ((bytes[at] ?? 0) >= 0x80) at++;
    at += starts(bytes, [0x10], at + 1) ? 3 : 1;
    return starts(bytes, [0x1a], at) && starts(bytes, [0x08], at + 2);
  };
  return Array.from({ length: PACKED_BYTES + 1 }, (_, at) => at).some(isFirstEntry);
}

function isProtobuf(name: string): boolean {
  return /\.pb$/i.test(name);
}

/** Whether a file is called so, whatever a browser put behind that. */
function isCalled(name: string, wanted: string): boolean {
  return (name.split('/').at(-1) ?? name).toLowerCase().startsWith(wanted);
}

export const tensorflow: Format = {
  title: 'a TensorFlow checkpoint (.index with its .data files)',
  atUrl: ['.index'],
  rows: [
    {
      what: '`.index` with its `.data-00000-of-00001`',
      fromWhere:
        'TensorFlow checkpoints: `model.save_weights("x")` of Keras 2, `ModelCheckpoint`, `tf.train.Checkpoint`; those of the original FastAblationCAM',
      whatIsRead:
        'the weights, into the network that is given along (its JSON, `.keras` or `.h5`); one of `keras.applications` DenseNets needs none',
    },
    {
      what: 'SavedModel, as a folder or zipped',
      fromWhere: 'Keras 2, `model.save("folder")`, with its `keras_metadata.pb` (before TensorFlow 2.5 without)',
      whatIsRead: 'everything, of Functional and Sequential models',
    },
  ],
  kinds: [
    {
      id: 'tensorflow-shard',
      role: { use: 'part', id: 'tensorflow-shard' },
      isSigned: ({ name }) => /\.data-\d{5}-of-\d{5}(?!\d)/i.test(name),
      incomplete: 'weights of a TensorFlow checkpoint, which needs its .index too',
    },
    {
      id: 'tensorflow-state',
      role: { use: 'part', id: 'tensorflow-state' },
      isSigned: ({ text }) => text.startsWith('model_checkpoint_path:'),
      incomplete: 'the names of TensorFlow checkpoints, which are other files (.index and .data)',
    },
    {
      id: 'tensorflow-meta',
      role: { use: 'part', id: 'tensorflow-meta' },
      endings: ['meta'],
      incomplete: 'the graph of a TensorFlow 1 checkpoint, which is other files (.index and .data)',
    },
    { id: 'tensorflow-index', role: INDEX, isSigned: isIndex, endings: ['index'] },
    {
      id: 'keras-metadata',
      role: { use: 'part', id: 'keras-metadata' },
      isSigned: ({ name, bytes, text }) =>
        isProtobuf(name) && (isCalled(name, 'keras_metadata') || (starts(bytes, OBJECTS_START) && /_tf_keras_\w+/.test(text))),
      incomplete: 'what Keras says of a SavedModel, which needs its other files too (saved_model.pb, and the folder variables)',
    },
    {
      id: 'saved-model-fingerprint',
      role: { use: 'part', id: 'saved-model-fingerprint' },
      isSigned: ({ name }) => isProtobuf(name) && isCalled(name, 'fingerprint'),
      incomplete: 'the fingerprint of a SavedModel, which needs its other files too (saved_model.pb, and the folder variables)',
    },
    {
      id: 'saved-model',
      role: SAVED_MODEL,
      isSigned: ({ name, bytes }) => isProtobuf(name) && (isCalled(name, 'saved_model') || starts(bytes, SAVED_MODEL_START)),
    },
    {
      id: 'tensorflow-graph',
      role: plainRole('refused'),
      endings: ['pb'],
      refusal:
        'is a frozen TensorFlow graph, whose layers are lost; please save the Keras model as .keras, or convert it to ONNX (tf2onnx) or to a tf.js graph-model',
    },
  ],
  begins: ['tensorflow-index', 'saved-model'],
  reader: async () => (await import('./reader.ts')).tensorflowReader,
};
