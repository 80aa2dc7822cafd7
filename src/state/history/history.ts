/** What can be undone: changes in the order in which they were made, each of which knows the way back and forth. */

/** How long ago a change may be to be continued by the next one of the same kind, as a slider's movement is. */
const CONTINUES_MS = 1000;

/** Older ones can no longer be undone. */
const MOST_CHANGES = 200;

export interface Change {
  /** What was changed, as it follows “Undo: ”. */
  readonly title: string;
  /** Changes of one kind in quick succession are undone together; null: never with another one. */
  readonly kind: string | null;
  /** The model whose layers and classes it is about; null where it makes sense with any. */
  readonly modelId: string | null;
  undo(): void | Promise<void>;
  redo(): void | Promise<void>;
  /** Called once the change can be neither undone nor made again: what it kept for that is given back. */
  forget?(): void;
}

/** What the next undo and redo are about; null where there is none. */
export interface Titles {
  readonly undo: string | null;
  readonly redo: string | null;
}

export class History {
  readonly #onTitles: (titles: Titles) => void;
  #past: readonly Change[] = [];
  #future: readonly Change[] = [];
  #lastAtMs = Number.NEGATIVE_INFINITY;
  #isReplaying = false;

  constructor(onTitles: (titles: Titles) => void) {
    this.#onTitles = onTitles;
  }

  /** Whether what changes just now is an undo or a redo, which is not recorded again. */
  get isReplaying(): boolean {
    return this.#isReplaying;
  }

  record(change: Change): void {
    for (const { forget } of this.#future) forget?.();
    const last = this.#past.at(-1);
    const atMs = performance.now();
    const continues = last && change.kind !== null && last.kind === change.kind && atMs - this.#lastAtMs < CONTINUES_MS;
    this.#lastAtMs = atMs;
    const before = continues ? this.#past.slice(0, -1) : this.#past;
    const past = [...before, continues ? { ...change, undo: last.undo } : change];
    for (const { forget } of past.slice(0, -MOST_CHANGES)) forget?.();
    this.#set(past.slice(-MOST_CHANGES), []);
  }

  undo(): void {
    const change = this.#past.at(-1);
    if (!change) return;
    this.#set(this.#past.slice(0, -1), [...this.#future, change]);
    this.#replay(change.undo);
  }

  redo(): void {
    const change = this.#future.at(-1);
    if (!change) return;
    this.#set([...this.#past, change], this.#future.slice(0, -1));
    this.#replay(change.redo);
  }

  /** Forgets what was about another model's layers and classes. */
  keepOnly(modelId: string | null): void {
    const isKept = (change: Change) => change.modelId === null || change.modelId === modelId;
    for (const change of [...this.#past, ...this.#future]) if (!isKept(change)) change.forget?.();
    this.#set(this.#past.filter(isKept), this.#future.filter(isKept));
  }

  #replay(step: () => void | Promise<void>): void {
    // Whatever is changed next begins anew.
    this.#lastAtMs = Number.NEGATIVE_INFINITY;
    this.#isReplaying = true;
    try {
      void step();
    } finally {
      this.#isReplaying = false;
    }
  }

  #set(past: readonly Change[], future: readonly Change[]): void {
    this.#past = past;
    this.#future = future;
    this.#onTitles({ undo: past.at(-1)?.title ?? null, redo: future.at(-1)?.title ?? null });
  }
}
