/** Two maps, one against the other. */
import type { Frame } from '../../core/images/geometry.ts';
import type { LegendSubject } from '../../core/maps/legend.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { MethodId } from '../../explain/methods/list.ts';
import type { DerivedMap } from './derived-map.ts';

/** A map that was kept aside to be compared with others. */
export interface PinnedMap {
  readonly id: string;
  /** Its method, layer and class. */
  readonly title: string;
  /** Of the map's values, whatever score is on screen by now. */
  readonly unit: string;
  /** What its legend speaks about. */
  readonly subject: LegendSubject;
  readonly map: SaliencyMap;
  readonly imageId: string;
  readonly modelId: string;
  /** Of that model, for when another one is on screen. */
  readonly modelTitle: string;
  /** What of the image that model saw, which the map lies over. */
  readonly frame: Frame;
}

export interface CompareSlice {
  readonly compare: {
    readonly pins: readonly PinnedMap[];
    /** Method ids, or those of maps that were kept aside. */
    readonly first: string;
    readonly second: string;
    /** Where the wipe stands, from the left, 0 to 1. */
    readonly share: number;
  };
  setCompare(change: Partial<Omit<CompareSlice['compare'], 'pins'>>): void;
  /** Keeps the map of a finished figure aside. */
  pinMap(method: MethodId): void;
  /** Keeps a map aside that was put together from others. */
  pinDerived(map: DerivedMap): void;
  unpinMap(id: string): void;
}
