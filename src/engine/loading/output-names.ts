/** What a network's outputs are called: as it came with the model, else as networks of so many outputs mostly are, and then said so. */
import { type NameOrder, type NameSource, nameCounts, nameOrders } from '../../core/models/output-names.ts';
import type { OutputReading } from '../../core/models/output-reading.ts';

/** The orders, as they stand after "ImageNet's names". */
const ORDERS: Readonly<Record<NameOrder, string>> = {
  imagenet: 'in the order of Keras and torchvision',
  'imagenet-darknet': 'in the order of Darknet',
  'imagenet-background': 'after an output for the background, as TensorFlow’s own networks have it',
};

interface Names {
  readonly givenNames: readonly string[];
  readonly nameSource: NameSource;
  /** What is to be said of them; empty for nothing. */
  readonly remark: string;
}

/** The names as they are given, those of ImageNet where none are and the number is right, else none. */
export async function namesOf(fileName: string, given: readonly string[], units: number, reading: OutputReading): Promise<Names> {
  if (nameCounts(units).includes(given.length)) return { givenNames: given, nameSource: 'given', remark: '' };
  const leftOut =
    given.length === 0 ? '' : `The ${given.length} class names that came with ${fileName} were left out, because it has ${units} outputs.`;
  const [order] = reading === 'number' ? [] : nameOrders(units);
  if (!order) return { givenNames: [], nameSource: 'none', remark: leftOut };
  const { imageNetNames } = await import('../../formats/usage/imagenet-orders.ts');
  const assumed = `Nothing says what the ${units} outputs of ${fileName} are called, so ImageNet’s names are assumed, ${ORDERS[order]}; under Network input that can be changed.`;
  return { givenNames: imageNetNames(order), nameSource: order, remark: [leftOut, assumed].filter(Boolean).join(' ') };
}
