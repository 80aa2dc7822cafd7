/** How a map is drawn. None of it ever reaches the engine: maps cross as raw numbers and are coloured on the page. */

/** `positive`: `max(M, 0) / max(M)`, from nothing to full. `signed`: `M / max|M|`, zero in the middle. */
export type SignMode = 'positive' | 'signed';

export type ColormapId = 'blue-white-red' | 'viridis' | 'inferno' | 'turbo';

export interface DisplaySettings {
  readonly colormap: ColormapId;
  readonly sign: SignMode;
  /** Of the map over the image, 0 to 1. */
  readonly opacity: number;
  /** One colour scale for all figures, or one for each. */
  readonly scale: 'own' | 'shared';
  /** The map over the image, or the map alone. */
  readonly content: 'overlay' | 'heatmap';
}
