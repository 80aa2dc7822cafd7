/** tf.js graph-models: `model.json` with a graph of TensorFlow's nodes, and its weights. https://www.tensorflow.org/js/guide/conversion */
import { AppError } from '../../../core/app-error.ts';
import type { ParsedModel } from '../../format.ts';
import { networkOfGraph } from '../../graph/network-of-graph.ts';
import type { Constant } from '../../graph/nodes/constant.ts';
import { simplified } from '../../graph/simplified.ts';
import type { JsonObject } from '../../json.ts';
import { sizeOfShape } from '../../network/artifacts.ts';
import { familyOfNames } from '../../usage/tensorflow-families.ts';
import { decodeInto, type ManifestWeight, type StoredWeight, storedWeights } from '../weights-manifest.ts';
import { graphDefOf, withOutputsThatRun } from './graph-def.ts';
import { isRead, operationGraphOf } from './operation-graph.ts';

const READ: ReadonlySet<string> = new Set(['float32', 'float16', 'uint8', 'uint16', 'int32', 'bool']);
/** Of tables and the like, which no network computes with: what needs them is refused by its name. */
const SKIPPED: ReadonlySet<string> = new Set(['string', 'complex64', 'int64']);

/** Values are laid out whenever they are asked for: most are needed once. */
function constantOf(weight: StoredWeight): Constant {
  const { shape, dtype } = weight;
  const isFloat = dtype.startsWith('float');
  const count = sizeOfShape(shape);
  return {
    kind: 'constant',
    shape,
    isFloat,
    get values() {
      const values = isFloat ? new Float32Array(count) : new Float64Array(count);
      decodeInto(values, weight);
      return values;
    },
  };
}

/**
 * @param fileName what to call `model.json` in errors
 * @param json its content
 * @param readShard gives a shard's bytes by its path in the manifest, or throws
 * @throws AppError `model-file-broken` or `model-unsupported`, naming the file
 */
export async function readGraphModel(
  fileName: string,
  json: JsonObject,
  readShard: (path: string) => ArrayBuffer | Promise<ArrayBuffer>,
  onStep: () => void,
): Promise<ParsedModel> {
  const { def, remark } = withOutputsThatRun(fileName, graphDefOf(fileName, json), isRead);
  const check = ({ name, stored }: ManifestWeight) => {
    if (READ.has(stored) || SKIPPED.has(stored)) return;
    throw new AppError(
      'model-unsupported',
      `The weight ${name} in ${fileName} is stored as ${stored}; please convert the model with float32, float16, uint8 or uint16 weights.`,
    );
  };
  const weights = await storedWeights(fileName, json, check, readShard);
  onStep();
  const constants = new Map<string, Constant>();
  for (const weight of weights) {
    if (constants.has(weight.name))
      throw new AppError('model-file-broken', `The file ${fileName} has two weights called ${weight.name}; please convert it again.`);
    if (!SKIPPED.has(weight.stored)) constants.set(weight.name, constantOf(weight));
  }
  const graph = simplified(fileName, operationGraphOf(fileName, def, constants));
  onStep();
  const { artifacts, chosenSize } = networkOfGraph(fileName, graph, onStep);
  const laidOut = chosenSize
    ? `The network in ${fileName} leaves the size of its images open and yet computes with it, so it was laid out for ${chosenSize.width} × ${chosenSize.height} pixels.`
    : '';
  const family = familyOfNames(weights.map(({ name }) => name).concat(def.nodes.map(({ name }) => name)));
  return { artifacts, remark: [remark, laidOut].filter(Boolean).join(' '), ...(family && { family }) };
}
