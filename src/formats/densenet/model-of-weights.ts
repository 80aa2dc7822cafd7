/** A model from the weights of a DenseNet, and what they do not say. */
import type { ParsedModel } from '../format.ts';
import { type DenseNetWeights, denseNet } from './densenet.ts';

function remarkOnHead(fileName: string, { head }: DenseNetWeights): string {
  if (head.length === 0)
    return `The file ${fileName} ends without classes, so the features that the network pools stand in for them, as numbers.`;
  return head.length > 1 ? `The file ${fileName} does not say what is between the layers of its head; nothing is assumed to be.` : '';
}

/** @throws AppError naming the file, and a tensor that is missing or has another shape */
export function modelOfWeights(fileName: string, weights: DenseNetWeights): ParsedModel {
  const features = weights.head.length === 0 ? (weights.tensors.get('bn/gamma')?.shape[0] ?? 0) : 0;
  const names = Array.from({ length: features }, (_, i) => `feature ${i}`);
  const reading = weights.head.length === 0 ? 'number' : 'softmax';
  return { artifacts: denseNet(fileName, weights), names, reading, remark: remarkOnHead(fileName, weights) };
}
