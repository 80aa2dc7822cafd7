/** Operations among a network's layers, such as `x / 127.5` or `x[..., ::-1]`, as the layers that do the same. */
import { AppError } from '../../core/app-error.ts';
import { asObject, type JsonObject } from '../json.ts';
import { arithmetic } from './arithmetic-operations.ts';
import { elementwise } from './elementwise-operations.ts';
import { isOperation, mayBeOperation, operationCall, type Tensor } from './operation-call.ts';
import { shaping } from './shape-operations.ts';

/** Whether it turns the channels of an image round: `x[..., ::-1]`. */
function swapsColours(json: JsonObject | undefined): boolean {
  const call = json && isOperation(json) ? operationCall(json) : null;
  const found = call && shaping(call);
  const { slices } = found?.config ?? {};
  return found?.kind === 'Slice' && JSON.stringify(slices) === '["...",[null,null,-1]]';
}

function nameOf(json: JsonObject): string {
  return String(json.name ?? asObject(json.config)?.name);
}

/**
 * @param siblings the layers of the same model
 * @returns the layer that does the same; null for what is no operation
 * @throws AppError `model-unsupported` naming the file and the operation
 */
export function operationAsLayer(fileName: string, json: JsonObject, siblings: readonly JsonObject[]): JsonObject | null {
  const isSure = isOperation(json);
  if (!isSure && !mayBeOperation(json)) return null;
  const name = nameOf(json);
  const call = operationCall(json);
  const giver = (tensor: Tensor | null) =>
    siblings.find((layer) => nameOf(layer) === String((tensor?.reference as readonly unknown[])?.[0]));
  const isOfSwappedColours = swapsColours(giver(call?.tensor(0, 'value', 'x') ?? null));
  const found = call && (arithmetic(call, isOfSwappedColours) ?? elementwise(call) ?? shaping(call));
  if (!found || call.isMisunderstood || new Set(found.takes).size !== call.tensorCount) {
    if (!isSure) return null;
    const what = call ? `is the operation ${call.writtenAs}` : 'is an operation that is called several times, or does not say which it is';
    throw new AppError(
      'model-unsupported',
      `In ${fileName} the layer ${name} ${what}, which cannot be run here as it is used there; please give a network that has a layer of Keras in its place.`,
    );
  }
  const references = found.takes.map(({ reference }) => reference);
  return { class_name: found.kind, name, config: { ...found.config, name }, inbound_nodes: [references], is_operation: true };
}
