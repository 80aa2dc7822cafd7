/**
 * How long a worker that may be stuck is waited for: until it has shown no sign of life for some time.
 *
 * That time is counted in short ticks. While whoever waits is busy itself, only one of them passes, and what the worker has said meanwhile
 * is heard before the next: a sound file is not given up because the page had much to do.
 */
const TICK_MS = 500;

/** Until the first sign: a worker's script has to be had and made ready, on a machine that may be doing other things. */
const STARTING_MS = 30_000;

export interface Patience {
  /** There was a sign of life. */
  renew(): void;
  end(): void;
}

/**
 * @param patienceMs between two signs of life
 * @param giveUp called once, when it is over
 */
export function patience(patienceMs: number, giveUp: () => void): Patience {
  let left = STARTING_MS;
  let timer: ReturnType<typeof setTimeout>;
  const tick = () => {
    left -= TICK_MS;
    if (left <= 0) giveUp();
    else timer = setTimeout(tick, TICK_MS);
  };
  timer = setTimeout(tick, TICK_MS);
  return {
    renew() {
      left = patienceMs;
    },
    end: () => clearTimeout(timer),
  };
}
