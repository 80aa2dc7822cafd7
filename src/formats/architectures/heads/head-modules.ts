/** The head that follows a network's pooling: which of the tensors are its layers, and in which order. */
import { AppError } from '../../../core/app-error.ts';
import type { NamedTensor } from '../../network/named-tensor.ts';
import type { PlacedTensor } from '../placed-tensors.ts';
import type { StateDict } from '../state-dict.ts';

/** A layer of the head that has weights. */
export interface HeadModule {
  /** Such as `classifier.3`. */
  readonly path: string;
  readonly kind: 'linear' | 'batch-norm' | 'layer-norm' | 'slopes';
  /** How many features it takes; as many as there are, where that is 0. */
  readonly takes: number;
  readonly tensors: ReadonlyMap<string, NamedTensor>;
}

const HEAD = /^(classifier|head|fc|linear|last_linear|_fc)(?=\.)/;

function kindOf(tensors: ReadonlyMap<string, NamedTensor>): Pick<HeadModule, 'kind' | 'takes'> | null {
  const names = [...tensors.keys()].filter((name) => name !== 'num_batches_tracked');
  const weight = tensors.get('weight')?.shape ?? tensors.get('running_mean')?.shape ?? [];
  const isOf = (...known: string[]) => names.every((name) => known.includes(name));
  const isOfCells = weight.length === 4 && weight[2] === 1 && weight[3] === 1;
  if ((weight.length === 2 || isOfCells) && isOf('weight', 'bias')) return { kind: 'linear', takes: weight[1] ?? 0 };
  if (weight.length !== 1) return null;
  const takes = weight[0] ?? 0;
  if (tensors.has('running_mean') && isOf('weight', 'bias', 'running_mean', 'running_var')) return { kind: 'batch-norm', takes };
  if (isOf('weight')) return { kind: 'slopes', takes: 0 };
  return names.length === 2 && isOf('weight', 'bias') ? { kind: 'layer-norm', takes } : null;
}

/** `classifier.2` before `classifier.10`. */
function inNaturalOrder(a: HeadModule, b: HeadModule): number {
  return a.path.localeCompare(b.path, 'en', { numeric: true });
}

/** The layers under each name that a head has. */
function possibleHeads(tensors: readonly PlacedTensor[]): HeadModule[][] {
  const modules = new Map<string, Map<string, NamedTensor>>();
  for (const { name, root, tensor } of tensors) {
    if (!HEAD.test(name)) continue;
    const dot = name.lastIndexOf('.');
    const key = `${root} ${name.slice(0, dot)}`;
    const own = modules.get(key) ?? new Map<string, NamedTensor>();
    own.set(name.slice(dot + 1), tensor);
    modules.set(key, own);
  }
  const heads = new Map<string, HeadModule[]>();
  for (const [key, own] of modules) {
    const [root = '', path = ''] = key.split(' ');
    const known = kindOf(own);
    if (!known || (known.kind === 'slopes' && !isNumbered({ path }))) continue;
    const head = `${root}${path.split('.')[0]}`;
    heads.set(head, [...(heads.get(head) ?? []), { path, ...known, tensors: own }]);
  }
  return [...heads.values()].filter((head) => head.some(({ kind }) => kind === 'linear')).map((head) => head.sort(inNaturalOrder));
}

function isNumbered({ path }: Pick<HeadModule, 'path'>): boolean {
  return /^[^.]+(\.\d+)*$/.test(path);
}

function gives({ kind, takes, tensors }: HeadModule): number {
  return kind === 'linear' ? (tensors.get('weight')?.shape[0] ?? 0) : takes;
}

/** Layers with names of their own stand in the order in which each takes what the one before gives. */
function chained(modules: readonly HeadModule[], features: number): HeadModule[] {
  if (modules.every(isNumbered)) return [...modules];
  const left = [...modules];
  const ordered: HeadModule[] = [];
  for (let size = features; left.length > 0; ) {
    const [next] = left.splice(
      Math.max(
        0,
        left.findIndex(({ takes }) => takes === size),
      ),
      1,
    );
    if (!next) break;
    ordered.push(next);
    size = gives(next);
  }
  return ordered;
}

/**
 * @param isFitting whether so many features may go into the head
 * @returns the layers of the head; none where the file stops at the features
 * @throws AppError `model-unsupported` naming the file, and two tensors that could both be the head
 */
export function headModules(state: StateDict, isFitting: (features: number) => boolean): HeadModule[] {
  const heads = possibleHeads(state.left());
  const fitting = heads.filter((head) => head.some(({ takes }) => takes > 0 && isFitting(takes)));
  const [head, second] = fitting.length > 0 ? fitting : heads;
  const [one, other] = [head, second].map((modules) => [...(modules?.[0]?.tensors.values() ?? [])][0]?.source);
  if (other !== undefined)
    throw new AppError(
      'model-unsupported',
      `In ${state.fileName} both ${one} and ${other} could be the layer that gives the classes; please save the weights with only one of them.`,
    );
  const first = head?.find(({ takes }) => takes > 0 && isFitting(takes))?.takes ?? 0;
  return head ? chained(head, first) : [];
}
