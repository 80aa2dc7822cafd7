/** Undo and redo, of whatever a person changed. */
import type { Titles } from './history.ts';

export interface HistorySlice {
  readonly history: Titles;
  undo(): void;
  redo(): void;
}
