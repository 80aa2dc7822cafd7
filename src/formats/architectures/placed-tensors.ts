/** Where each tensor of a file stands: in the network itself, or further out, beside what holds it. */
import type { NamedTensor } from '../network/named-tensor.ts';

export interface PlacedTensor {
  /** Without what stands before the network's names. */
  readonly name: string;
  /** What stands before the name in the file. */
  readonly root: string;
  readonly isBesideStem: boolean;
  readonly tensor: NamedTensor;
}

/**
 * @param prefix what trainers put before every name, such as `module.` (DataParallel) or `model.` (Lightning). A head of somebody's own may
 * stand further out: `model.classifier` beside `model.backbone.features`.
 */
export function placedTensors(tensors: ReadonlyMap<string, NamedTensor>, prefix: string, rename = (name: string) => name): PlacedTensor[] {
  const modules = prefix
    .replace(/[^.]*$/, '')
    .split('.')
    .slice(0, -1);
  const outer = modules.map((_, i) => modules.slice(0, modules.length - i).join('.')).map((module) => `${module}.`);
  return [...tensors].map(([source, tensor]) => {
    const root = [prefix, ...outer].find((candidate) => source.startsWith(candidate)) ?? '';
    const isBesideStem = root === prefix;
    const name = source.slice(root.length);
    return { name: isBesideStem ? rename(name) : name, root, isBesideStem, tensor };
  });
}
