/** How figures are laid out on the stage. */
import type { Size } from '../../core/images/geometry.ts';

/** What stands around every figure's image, in CSS pixels: its head above, its status and legend below, and the gap to the next one. */
export interface FigureChrome {
  readonly block: number;
  readonly gap: number;
}

/**
 * The number of columns in which `count` images of one aspect are largest, letter-boxed in equal boxes on the stage.
 *
 * @param aspect the images' width over their height
 */
export function bestColumns(count: number, stage: Size, aspect: number, { block, gap }: FigureChrome): number {
  let best = { columns: 1, width: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const boxWidth = (stage.width - (columns - 1) * gap) / columns;
    const boxHeight = (stage.height - (rows - 1) * gap) / rows - block;
    const width = Math.min(boxWidth, boxHeight * aspect);
    if (width > best.width) best = { columns, width };
  }
  return best.columns;
}
