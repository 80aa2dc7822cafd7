/** Parts of a tensor as NumPy takes them: `x[:, 1:-1, ..., 0]`. https://www.tensorflow.org/api_docs/python/tf/strided_slice */

import type { NodeWriter } from '../../../graph/nhwc/node-writer.ts';
import { numbersOf } from '../../../graph/nodes/constant.ts';
import type { TensorFlowNode } from '../tensorflow-node.ts';
import { list, settingAt, type Translation } from './translation.ts';

/** What stands for the first or the last place of any side. */
const FAR = 2 ** 31 - 1;

/** One place between the brackets. */
interface Place {
  /** Where it stands there. */
  readonly at: number;
  readonly kind: 'range' | 'single' | 'new';
  /** Of the tensor's sides, counted from the end where it stands after the dots; of new ones, of the result's. */
  readonly axis: number;
}

function bit(mask: number, at: number): boolean {
  return Math.floor(mask / 2 ** at) % 2 === 1;
}

function placesIn(node: TensorFlowNode, count: number): Place[] {
  const [dots, news, singles] = ['ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'].map((mask) => node.number(mask, 0));
  const all = Array.from({ length: count }, (_, at) => {
    if (bit(dots ?? 0, at)) return { at, kind: 'dots' } as const;
    if (bit(news ?? 0, at)) return { at, kind: 'new' } as const;
    return { at, kind: bit(singles ?? 0, at) ? 'single' : 'range' } as const;
  });
  const middle = all.findIndex(({ kind }) => kind === 'dots');
  const counted = (places: typeof all, kinds: readonly string[]) => places.filter(({ kind }) => kinds.includes(kind)).length;
  return all.flatMap(({ at, kind }): Place[] => {
    if (kind === 'dots') return [];
    const kinds = kind === 'new' ? ['range', 'new'] : ['range', 'single'];
    const isAfter = middle >= 0 && at > middle;
    const axis = isAfter ? -counted(all.slice(at), kinds) : counted(all.slice(0, at), kinds);
    return [{ at, kind, axis }];
  });
}

/** Some of the numbers of a tensor, with others in the place of those that are null. */
function numbersAt(
  node: TensorFlowNode,
  to: NodeWriter,
  tensor: string,
  wanted: readonly { at: number; instead: number | null }[],
): string {
  const known = to.constantAt(tensor);
  if (known) {
    const values = numbersOf(known);
    return list(
      node,
      to,
      wanted.map(({ at, instead }) => instead ?? values[at] ?? 0),
    );
  }
  const picked = to.add(
    node.title,
    'Gather',
    [
      tensor,
      list(
        node,
        to,
        wanted.map(({ at }) => at),
      ),
    ],
    { axis: 0 },
  );
  const kept = to.add(node.title, 'Mul', [
    picked,
    list(
      node,
      to,
      wanted.map(({ instead }) => Number(instead === null)),
    ),
  ]);
  return to.add(node.title, 'Add', [
    kept,
    list(
      node,
      to,
      wanted.map(({ instead }) => instead ?? 0),
    ),
  ]);
}

export const stridedSlice: Translation = (node, to) => {
  const { title } = node;
  const strides = settingAt(node, to, 3);
  const places = placesIn(node, strides.length);
  const taken = places.filter(({ kind }) => kind !== 'new');
  const isOpen = (mask: string, at: number) => bit(node.number(mask, 0), at);
  const begin = to.constantAt(node.input(1));
  const step = ({ at, kind }: Place) => (kind === 'single' ? 1 : (strides[at] ?? 1));
  const starts = taken.map((place) => {
    const isFirst = place.kind === 'range' && isOpen('begin_mask', place.at);
    return { at: place.at, instead: isFirst ? (step(place) > 0 ? 0 : FAR) : null };
  });
  const ends = taken.map((place) => {
    const { at, kind } = place;
    const last = step(place) > 0 ? FAR : -FAR;
    if (kind === 'range') return { at, instead: isOpen('end_mask', at) ? last : null };
    // The place after it; after the last one, the end.
    const first = begin?.values[at];
    return { at, instead: first === undefined ? null : first === -1 ? FAR : first + 1 };
  });
  const axes = list(
    node,
    to,
    taken.map(({ axis }) => axis),
  );
  const steps = list(node, to, taken.map(step));
  const bounds = [numbersAt(node, to, node.input(1), starts), numbersAt(node, to, node.input(2), ends)];
  const sliced = to.add(title, 'Slice', [node.input(0), ...bounds, axes, steps]);
  const singles = taken.filter(({ kind }) => kind === 'single').map(({ axis }) => axis);
  const news = places.filter(({ kind }) => kind === 'new').map(({ axis }) => axis);
  const withoutSingles = singles.length > 0 ? to.add(title, 'Squeeze', [sliced], { axes: singles }) : sliced;
  const withNew = news.length > 0 ? to.add(title, 'Unsqueeze', [withoutSingles], { axes: news }) : withoutSingles;
  to.add(title, 'Identity', [withNew], {}, [node.name]);
};
