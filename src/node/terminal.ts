/** Where the program speaks: what was asked for on standard output, everything else on standard error. */
export interface Terminal {
  /** What was asked for, and nothing else: scripts read it. */
  print(text: string): void;
  /** A sentence, or a few. */
  say(text: string): void;
  /** The same, where somebody looks on. */
  note(text: string): void;
  /** How far something is, in a line that the next one takes the place of; nothing where nobody looks on. */
  show(line: string): void;
  /** What stands on standard input. */
  read(): Promise<string>;
}

/** Takes a line of a terminal away. */
const CLEAR = '\r\u001b[K';

export function processTerminal({ stdin, stdout, stderr }: Pick<NodeJS.Process, 'stdin' | 'stdout' | 'stderr'> = process): Terminal {
  let isShown = false;
  const clear = () => {
    if (isShown) stderr.write(CLEAR);
    isShown = false;
  };
  return {
    print(text) {
      clear();
      stdout.write(`${text}\n`);
    },
    say(text) {
      clear();
      stderr.write(`${text}\n`);
    },
    note(text) {
      clear();
      if (stderr.isTTY) stderr.write(`${text}\n`);
    },
    show(line) {
      if (!stderr.isTTY) return;
      stderr.write(`${CLEAR}${line.slice(0, Math.max(20, (stderr.columns || 80) - 1))}`);
      isShown = true;
    },
    async read() {
      const parts: Buffer[] = [];
      for await (const part of stdin) parts.push(Buffer.from(part));
      return Buffer.concat(parts).toString('utf8');
    },
  };
}
