/** Of a browser: who asks for a lock that is held waits until its holder is gone. */
export class FakeLocks {
  readonly #waiting = new Map<string, (() => void)[]>();

  async request(name: string, then: () => void): Promise<void> {
    const waiting = this.#waiting.get(name);
    if (waiting) waiting.push(then);
    else {
      this.#waiting.set(name, []);
      then();
    }
  }

  endHolders(): void {
    for (const waiting of this.#waiting.values()) for (const then of waiting) then();
  }
}
