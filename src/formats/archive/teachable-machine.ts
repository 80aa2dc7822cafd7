/** What Teachable Machine says of its image models, in `metadata.json` or by the form of `labels.txt`, and how it prepares images. */

import { normalisationOf, type Preprocessing } from '../../core/images/preprocessing.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { baseName, type GivenFile, textOf } from '../given-file.ts';
import { asObject, parseJson } from '../json.ts';
import type { Json } from '../network/artifacts.ts';
import { namesInJson } from '../usage/class-names.ts';
import { isTeachableMachine } from '../usage/metadata.ts';

/** The middle square of the image, with values from -1 to 1: so says the code that it hands out with its models. */
const PREPROCESSING: Preprocessing = { ...normalisationOf('tensorflow'), fit: 'centre-crop' };

export interface TeachableMachine {
  readonly preprocessing: Preprocessing;
  readonly input: ModelManifest['input'] | null;
  readonly title: string | null;
  readonly names: readonly string[];
  /** What the guess rests on, as it stands after "as". */
  readonly because: string;
}

function fromMetadata(file: GivenFile): TeachableMachine | null {
  const json: Json = parseJson(file.name, textOf(file));
  if (!isTeachableMachine(json)) return null;
  const { imageSize: side, modelName: title, labels } = asObject(json) ?? {};
  return {
    preprocessing: PREPROCESSING,
    input: typeof side === 'number' && Number.isInteger(side) && side > 0 ? { width: side, height: side } : null,
    title: typeof title === 'string' && title !== '' ? title : null,
    names: (labels && namesInJson(labels)) || [],
    because: `${baseName(file.name)} says that Teachable Machine made it`,
  };
}

/** What its exports for Keras and TensorFlow Lite are called; a browser numbers them, as `keras_model (1).h5`. */
const MODELS = /^(keras_model\b.*\.h5|model(_unquant|_edgetpu)?( ?\(\d+\))?\.tflite)$/i;

/** `0 cat`, `1 dog` and so on, beside a model that is called as one of its exports. */
function fromLabels(model: GivenFile, names: GivenFile | null): TeachableMachine | null {
  if (!names || !MODELS.test(baseName(model.name)) || !/^labels\b.*\.txt$/i.test(baseName(names.name))) return null;
  const lines = textOf(names)
    .trim()
    .split(/\r\n|\r|\n/);
  if (!lines.every((line, i) => line.startsWith(`${i} `))) return null;
  const because = `${baseName(model.name)} and ${baseName(names.name)} look like an export of Teachable Machine`;
  return { preprocessing: PREPROCESSING, input: null, title: null, names: [], because };
}

/** Null for what comes from anywhere else. */
export function teachableMachine(model: GivenFile, metadata: readonly GivenFile[], names: GivenFile | null): TeachableMachine | null {
  for (const file of metadata) {
    const found = fromMetadata(file);
    if (found) return found;
  }
  return fromLabels(model, names);
}
