/** What lies beside the weights on the Hugging Face hub, and says of the network what names and shapes do not. */
import { AppError } from '../../core/app-error.ts';
import { type GivenFile, labelOf, textOf } from '../given-file.ts';
import { asObject, type JsonObject, parseJson } from '../json.ts';
import type { HubUsage } from './hub-usage.ts';
import { isTimmConfig, timmUsage } from './timm-config.ts';
import { isTransformersConfig, isTransformersImages, transformersUsage } from './transformers-config.ts';

export function isHubConfig(json: JsonObject): boolean {
  return isTimmConfig(json) || isTransformersConfig(json) || isTransformersImages(json);
}

/** @param jsons what stands in the files beside the weights; null where none of them is of the hub's libraries */
export function hubUsage(jsons: readonly JsonObject[]): HubUsage | null {
  const timm = jsons.find(isTimmConfig);
  if (timm) return timmUsage(timm);
  const [config, images] = [jsons.find(isTransformersConfig), jsons.find(isTransformersImages)];
  return config || images ? transformersUsage(config ?? null, images ?? null) : null;
}

/** @throws AppError `model-file-broken` naming the file that is no JSON */
export function hubUsageIn(files: readonly GivenFile[]): HubUsage | null {
  return hubUsage(files.flatMap((file) => [asObject(parseJson(labelOf(file), textOf(file))) ?? []].flat()));
}

/**
 * What the files beside the weights say of the architecture, for who reads them by names and shapes.
 *
 * @param label what errors call the weights
 * @throws AppError `model-unsupported` for a network that its weights would be mistaken for another one's
 */
export function hintIn(files: readonly GivenFile[], label: string): string | null {
  const usage = hubUsageIn(files);
  if (usage?.refusal) throw new AppError('model-unsupported', `The model in ${label} ${usage.refusal}.`);
  return usage?.architecture ?? null;
}
