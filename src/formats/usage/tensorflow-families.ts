/** Families of networks, by what converters of TensorFlow's left of the names in their tensors and nodes. */
import type { FamilyUse } from '../format.ts';
import { familyOfLayers } from './guess-preprocessing.ts';

/** What TensorFlow's own collections call them. */
const COLLECTIONS: readonly (FamilyUse & { readonly pattern: RegExp })[] = [
  { title: 'a MobileNet', normalisation: 'tensorflow', side: 224, pattern: /^mobilenet/i },
  { title: 'an EfficientNet-Lite', normalisation: 'tensorflow', side: 224, pattern: /^efficientnet[-_]?lite/i },
  { title: 'an Inception', normalisation: 'tensorflow', side: 299, pattern: /^inception/i },
  { title: 'a ResNet V2', normalisation: 'tensorflow', side: 224, pattern: /^resnet_?v2/i },
];

/** @param scoped names, with the scopes that they stand in @returns undefined where no name speaks for one */
export function familyOfNames(scoped: readonly string[]): FamilyUse | undefined {
  const names = [...new Set(scoped.flatMap((name) => name.split(/[;/:]/)))];
  const collection = COLLECTIONS.find(({ pattern }) => names.some((name) => pattern.test(name)));
  if (!collection) return familyOfLayers(names);
  const { title, normalisation, side } = collection;
  return { title, normalisation, side };
}
