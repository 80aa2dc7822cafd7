/** Whether the maps depend on what the network has learnt. */
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import type { MethodId } from '../../explain/methods/list.ts';

/** How alike the maps of a randomised network are to those of the trained one. */
interface SanityStage {
  /** The block that was randomised last. */
  readonly title: string;
  /** Rank correlation by method; null for a map without a ranking. */
  readonly maps: Readonly<Partial<Record<MethodId, SaliencyMap | null>>>;
  readonly correlations: Readonly<Partial<Record<MethodId, number | null>>>;
}

export interface SanitySlice {
  readonly sanity: {
    readonly status: 'idle' | 'running' | 'done' | 'cancelled' | 'failed';
    /** The view that the stages are about. */
    readonly about: string | null;
    readonly methods: readonly MethodId[];
    readonly stages: readonly SanityStage[];
    readonly progress: { readonly done: number; readonly total: number; readonly remainingMs: number | null } | null;
  };
  checkSanity(): Promise<void>;
  cancelSanity(): void;
}
