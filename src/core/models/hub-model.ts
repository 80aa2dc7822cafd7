/** What is asked of the Hugging Face hub, and what it lists. */

/** What a search is for; an empty text is any. */
export interface HubQuery {
  readonly text: string;
  readonly author: string;
  /** Image classifiers alone, or whatever it is. */
  readonly isClassifier: boolean;
  /** Only what has its weights as safetensors: nothing else is downloaded from here. */
  readonly hasSafetensors: boolean;
}

export interface HubResult {
  /** `owner/name` */
  readonly repository: string;
  /** As the hub calls it, such as `image-classification`; null where nothing says it. */
  readonly task: string | null;
  readonly downloads: number;
  /** What its weights take, by their numbers and types; null where the hub does not say it. */
  readonly bytes: number | null;
  /** Its makers let nobody have it who has not asked them. */
  readonly isGated: boolean;
  /** The hub has taken it down. */
  readonly isDisabled: boolean;
  readonly hasSafetensors: boolean;
  /** Such as `apache-2.0`; null where nothing says it. */
  readonly licence: string | null;
}
