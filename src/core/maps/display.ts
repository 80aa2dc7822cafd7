/** How a map is drawn. None of it ever reaches the engine: maps cross as raw numbers and are coloured on the page. */

/** `positive`: only what is above zero is shown. `signed`: zero in the middle. */
export type SignMode = 'positive' | 'signed';

/**
 * Which values the ends of the colours stand for: `zero-to-max`: zero, and the map's largest magnitude, alike on both sides of zero;
 * `min-to-max`: the map's own least and largest value; `shared`: as `zero-to-max`, with one largest magnitude for all figures.
 */
export type Contrast = 'zero-to-max' | 'min-to-max' | 'shared';

export type ColormapId = 'blue-white-red' | 'viridis' | 'inferno' | 'turbo';

export interface DisplaySettings {
  readonly colormap: ColormapId;
  readonly sign: SignMode;
  /** Of the map over the image, 0 to 1. */
  readonly opacity: number;
  readonly contrast: Contrast;
  /** Values interpolated between the middles of cells, or every cell in one colour up to its edges. */
  readonly cells: 'smooth' | 'crisp';
  /** The map over the image, or the map alone. */
  readonly content: 'overlay' | 'heatmap';
}
