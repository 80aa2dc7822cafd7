/** Models that are used as layers. */
import { Unsuitable } from '../drawing/builder.ts';
import type { Tensor } from '../network.ts';
import { gridOf, type Move } from './move.ts';

/** @param moves how the inner model may go on */
export const nested =
  (moves: readonly Move[]): Move =>
  (builder, x) => {
    if (builder.depth > 1) throw new Unsuitable('deep enough');
    const { draw } = builder;
    gridOf(x);
    const isChain = draw.isOneIn(2);
    const inside = builder.inside(isChain);
    let y = inside.input(x.values);
    for (let left = draw.whole(2, 3); left > 0; left--) {
      const from: Tensor = y;
      const next = inside.firstOf(draw.shuffled(moves).map((move) => () => move(inside, from)));
      if (next) y = next;
    }
    if (inside.layers.length < 2) throw new Unsuitable('an empty model');
    const inner = inside.model(y);
    const called = builder.apply(inner.kind, {}, [x], { inner });
    const isSameShape = called.values.shape.join() === x.values.shape.join();
    // The same model once more, on what it gave.
    return isSameShape && !builder.isChain && draw.isOneIn(2) ? builder.call(called.layer, [called]) : called;
  };
