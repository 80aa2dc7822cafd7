/** The ends of a network's blocks, explained together. */
import type { Combination } from '../../core/maps/combined-layers.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import type { MethodId } from '../../explain/methods/list.ts';
import type { ClassScore } from '../../explain/target.ts';
import type { Result } from '../../explain/work.ts';

/** One layer of the strip across layers. */
export interface DepthColumn {
  readonly layer: LayerInfo;
  /** The block that it ends, or its name. */
  readonly title: string;
  readonly ablation: SweepSettings;
  /** The finished results of the methods that were compared; null for those that are not there yet. */
  readonly results: Readonly<Partial<Record<MethodId, Result | null>>>;
}

export interface DepthSlice {
  readonly depth: {
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    /** The model, the image and the score that the columns are about. */
    readonly modelId: string | null;
    readonly imageId: string | null;
    readonly score: ClassScore | null;
    /** The ends of the blocks and what was added to them, first to last. */
    readonly columns: readonly DepthColumn[];
    /** How chosen layers are put together in one map, and which are left out of it, by their names. */
    readonly combination: Combination;
    readonly leftOut: readonly string[];
    /** Layers beside the ends of the blocks, by their names. */
    readonly added: readonly string[];
    /** How much of the layers under way is done, 0 to 1 each. */
    readonly partial: number;
    /** Null until there is something to judge by. */
    readonly remainingMs: number | null;
  };
  /** Explains the end of every block, as many at once as there are engines. */
  compareOverDepth(): Promise<void>;
  /** Shows the strip of what is in view where all of it is known, as a session has it; else nothing happens. */
  showKnownDepth(): void;
  /** Explains the layer in view beside the ends of the blocks. */
  addDepthLayer(): Promise<void>;
  cancelDepth(): void;
  setCombined(change: Partial<Pick<DepthSlice['depth'], 'combination' | 'leftOut' | 'added'>>): void;
}
