/** A small ResNet as `torch.save(model)` writes it, in which any module may be another. */

import type { TorchTensor } from '../sound-safetensors.ts';
import { dict, float, ints, object, type Part, tensor, text } from './pickle-writer.ts';
import { resNetTensors } from './torch-files.ts';

/** What torch's classes keep of how they were made, by their paths. */
export type Kept = Readonly<Record<string, Readonly<Record<string, Part>>>>;

function keptOf(path: string, { shape, name }: TorchTensor): Readonly<Record<string, Part>> {
  if (name.endsWith('running_mean')) return { eps: float(1e-5) };
  if (shape.length !== 4) return {};
  const isFirst = path === 'conv1';
  const isStrided = isFirst || /^layer[2-4]\.0\.(conv1|downsample\.0)$/.test(path);
  const side = ((shape[2] ?? 1) - 1) / 2;
  return { stride: isStrided ? ints(2, 2) : ints(1, 1), padding: ints(side, side), dilation: ints(1, 1), padding_mode: text('zeros') };
}

/** The module at a path, with all that is in it; `others` are set beside, or in place of, what torchvision's has; `extra` has modules by their paths. */
export function moduleAt(
  path: string,
  others: Kept,
  extra: Readonly<Record<string, Part>>,
  of: readonly TorchTensor[] = resNetTensors(),
): Part {
  const prefix = path === '' ? '' : `${path}.`;
  const inside = of.map((one, i) => ({ one, i, rest: one.name.slice(prefix.length) })).filter(({ one }) => one.name.startsWith(prefix));
  const own = inside.filter(({ rest }) => !rest.includes('.'));
  const children = [...new Set(inside.flatMap(({ rest }) => (rest.includes('.') ? [rest.split('.')[0] ?? ''] : [])))];
  const kept = Object.assign({}, ...own.map(({ one }) => keptOf(path, one)), others[path]);
  const isRow = children.length > 0 && children.every((child) => /^\d+$/.test(child));
  const className = own.some(({ rest }) => rest === 'running_mean')
    ? 'BatchNorm2d'
    : own.length > 0
      ? own.some(({ one }) => one.shape.length === 4)
        ? 'Conv2d'
        : 'Linear'
      : isRow
        ? 'Sequential'
        : 'Net';
  const modules = children.map((child) => [child, moduleAt(`${prefix}${child}`, others, extra, of)] as const);
  const added = Object.entries(extra).flatMap(([at, module]) =>
    at.startsWith(prefix) && !at.slice(prefix.length).includes('.') ? [[at.slice(prefix.length), module] as const] : [],
  );
  return object(
    'torch.nn.modules',
    className,
    dict({
      ...kept,
      _parameters: dict(own.map(({ one, i, rest }) => [rest, tensor(String(i), one.shape)] as const)),
      _modules: dict([...modules, ...added].sort(([a], [b]) => (isRow ? Number(a) - Number(b) : 0))),
    }),
  );
}

export function activation(className: string): Part {
  return object('torch.nn.modules.activation', className, dict({ inplace: [0x88] }));
}
