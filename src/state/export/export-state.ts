/** What leaves the page: files, and what is copied. */
import type { MethodId } from '../../explain/methods/list.ts';
import type { DerivedMap } from '../compare/derived-map.ts';

/** What can be saved of one figure. */
export type FigureFile = 'overlay' | 'heatmap' | 'json' | 'npy';

/** What can be saved of all that is on screen. */
export type PageFile = 'paper-png' | 'paper-svg' | 'report' | 'side-by-side';

export interface ExportSlice {
  /** What is being made, one thing at a time; `share` is how far it is, 0 to 1, and `remainingMs` null until there is something to judge by. */
  readonly exporting: { readonly what: string; readonly share: number; readonly remainingMs: number | null } | null;
  saveFigure(method: MethodId, file: FigureFile): Promise<void>;
  /** The same of a map that was put together from others. */
  saveDerived(map: DerivedMap, file: FigureFile): Promise<void>;
  /** The overlay at the image's own size, for the clipboard. */
  copyFigure(method: MethodId): Promise<void>;
  savePage(file: PageFile): Promise<void>;
  /** Every image of the strip by every method on screen, at the layer and with the settings in view; what is missing is computed. */
  saveArchive(): Promise<void>;
  /** Images, view and results, to be reopened by dropping the file on the page. */
  saveSession(): Promise<void>;
  copyLink(): Promise<void>;
  /** @returns whether the browser let it be copied */
  copyText(text: string): Promise<boolean>;
  /** Stops what is being made, at once. */
  cancelExport(): void;
}

/** Why no other file can be made; empty where one can. */
export function exportUnderWay({ exporting }: ExportSlice): string {
  return exporting ? `${exporting.what} is being made.` : '';
}
