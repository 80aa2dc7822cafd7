/** The formats, in the order in which they are told apart and listed: zip archives of no format of their own come last. */
import { archive } from './archive/format.ts';
import type { Format } from './format.ts';
import { keras } from './keras/format.ts';
import { onnx } from './onnx/format.ts';
import { safetensors } from './safetensors/format.ts';
import { sharded } from './sharded/format.ts';
import { tensorflow } from './tensorflow/format.ts';
import { tfjs } from './tfjs/format.ts';
import { tflite } from './tflite/format.ts';
import { torch } from './torch/format.ts';

export const FORMATS: readonly Format[] = [keras, sharded, torch, tfjs, safetensors, onnx, tensorflow, tflite, archive];

function either(things: readonly string[]): string {
  return things.length < 2 ? (things[0] ?? '') : `${things.slice(0, -1).join(', ')} or ${things.at(-1)}`;
}

/** What sentences ask for: “a Keras model (.keras, .h5), a tf.js model (…) or …”. */
export const READABLE = either(FORMATS.flatMap(({ title = [] }) => title));

/** What is listed where models are chosen. */
export const READABLE_AT_LENGTH: readonly string[] = FORMATS.flatMap(({ hint, title = [] }) => hint ?? title);

/** What the URL of a model may end in. */
export const READABLE_AT_URL = either(FORMATS.flatMap(({ atUrl = [] }) => atUrl));
