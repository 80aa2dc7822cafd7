/** Where the numbers of a checkpoint lie, apart from its pickle. */
import type { PickleStorage, PickleValue } from './pickle/pickle-values.ts';

export interface Storages {
  /** Of the file that they are in: no more can be in it than a multiple of that. */
  readonly fileBytes: number;
  readonly isBigEndian: boolean;
  /** Storages that lie one after the other are read in this order. */
  placeOf(storage: PickleStorage): number;
  /**
   * @param start the first byte of the storage that is wanted
   * @throws Error where it is not there, or damaged
   */
  read(storage: PickleStorage, start: number, end: number): Promise<Uint8Array>;
}

/** What a file turned out to hold. */
export interface Checkpoint {
  readonly root: PickleValue;
  readonly storages: Storages;
}
