/**
 * ResNets whose modules stand in a `Sequential` under numbers, as `nn.Sequential(*resnet.children())` makes them, and fastai: `0.weight` and
 * `4.0.conv1.weight` for `conv1.weight` and `layer1.0.conv1.weight`.
 */
import type { NamedTensor } from '../network/named-tensor.ts';

type Tensors = ReadonlyMap<string, NamedTensor>;

/** torchvision's and timm's modules, in their order; between them are those without weights. */
const MODULES: ReadonlyMap<string, string> = new Map([
  ['0', 'conv1'],
  ['1', 'bn1'],
  ['4', 'layer1'],
  ['5', 'layer2'],
  ['6', 'layer3'],
  ['7', 'layer4'],
]);

/** What comes after the last stage. */
const FIRST_OF_HEAD = 8;

/** What stands before the numbers, for each such network. */
function rootsIn(tensors: Tensors): string[] {
  return [...tensors.keys()].flatMap((name): string[] => {
    const found = /^(.*\.)?4\.0\.conv1\.weight$/.exec(name);
    const root = found?.[1] ?? '';
    const isWhole = tensors.get(`${root}0.weight`)?.shape.length === 4 && tensors.has(`${root}1.running_mean`);
    return found && isWhole && tensors.has(`${root}5.0.conv1.weight`) ? [root] : [];
  });
}

/** Where fastai's head stands beside its body; null for any other network. */
function headBeside(root: string): string | null {
  return /(^|\.)0\.$/.test(root) ? root.replace(/0\.$/, '1.') : null;
}

function renamed(name: string, root: string): string {
  const head = headBeside(root);
  if (head !== null && name.startsWith(head)) return `${head.slice(0, -2)}head.${name.slice(head.length)}`;
  if (!name.startsWith(root)) return name;
  const [, number = '', rest = ''] = /^(\d+)\.(.*)$/.exec(name.slice(root.length)) ?? [];
  const module = MODULES.get(number) ?? (Number(number) >= FIRST_OF_HEAD ? `head.${number}` : null);
  return number === '' || module === null ? name : `${root}${module}.${rest}`;
}

/** With the names that the modules have in the network itself. */
export function withNamesOfModules(tensors: Tensors): Tensors {
  const [root, another] = rootsIn(tensors);
  if (root === undefined || another !== undefined) return tensors;
  return new Map([...tensors].map(([name, tensor]) => [renamed(name, root), tensor]));
}

/** Whether a layer of the head stands where fastai has it. @param source what its tensor is called in the file */
export function isInHeadOfFastai(name: string, source: string): boolean {
  return name.startsWith('head.') && /(^|\.)1\.\d+\.\w+$/.test(source);
}
