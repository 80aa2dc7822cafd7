/** The Hugging Face hub, as far as a person has asked it. */
import type { HubQuery, HubResult } from '../../core/models/hub-model.ts';

export interface HubSlice {
  readonly hub: {
    /** Where it is, as a person reads it. */
    readonly host: string;
    /** The last search. */
    readonly search: {
      readonly isRunning: boolean;
      /** What was found, which stays while the next one runs; null before the first one has ended. */
      readonly results: readonly HubResult[] | null;
      /** Why there are none, in one sentence; else empty. */
      readonly error: string;
    };
    /** The name of the model that is on its way from there, as it stands in the URL; else null. */
    readonly opening: string | null;
  };
  searchHub(query: HubQuery): Promise<void>;
}
