/** The size of the images that a network was made for, where its file leaves that open: a choice like others, which a size can be said by. */
import type { Size } from '../images/geometry.ts';
import type { ModelChoice } from './model-card.ts';

export const SIZE_CHOICE = 'image-size';

/** What the choice calls a size: the side of a square, or `HEIGHTxWIDTH`. */
export function idOfSize({ width, height }: Size): string {
  return width === height ? String(width) : `${height}x${width}`;
}

/** The sizes that there are, as `HEIGHTxWIDTH`. */
export function sizesIn(choices: readonly ModelChoice[] | null | undefined): string[] {
  const options = choices?.find(({ id }) => id === SIZE_CHOICE)?.options ?? [];
  return options.map(({ id }) => (id.includes('x') ? id : `${id}x${id}`));
}

/** The option that stands for a size; null where there is none. */
export function optionOfSize(choices: readonly ModelChoice[] | null | undefined, size: Size): string | null {
  const options = choices?.find(({ id }) => id === SIZE_CHOICE)?.options ?? [];
  return options.find(({ id }) => id === idOfSize(size))?.id ?? null;
}
