/** PyTorch in a process of its own, which lives as long as the bench, so that both sides can be timed in turn. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createInterface, type Interface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));

/** The output of a dense block's first layers, with what came in. */
export type PeerLayer = readonly [block: number, layers: number];

export type PeerCommand =
  | { readonly do: 'open'; readonly weights: string; readonly input: string; readonly side: number; readonly threads: number }
  | { readonly do: 'forward' }
  | { readonly do: 'naive'; readonly layer: PeerLayer; readonly cells: readonly number[] }
  | { readonly do: 'batch'; readonly layer: PeerLayer; readonly cells: readonly number[]; readonly size: number }
  | { readonly do: 'gradcam'; readonly layer: PeerLayer }
  | { readonly do: 'library'; readonly method: 'GradCAM' | 'AblationCAM' };

export interface PeerReply {
  readonly error?: string;
  /** Of what was asked for alone. */
  readonly ms?: number;
  /** Of all classes, for every cell one after the other. */
  readonly logits?: readonly number[];
  readonly map?: readonly number[];
  readonly torch?: string;
  readonly threads?: number;
  /** The version of pytorch-grad-cam; null where it is not installed. */
  readonly library?: string | null;
}

export class Peer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #reader: Interface;

  constructor(python: string) {
    this.#process = spawn(python, [SCRIPT], { env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' } });
    this.#process.stderr.resume();
    this.#reader = createInterface({ input: this.#process.stdout });
    this.#lines = this.#reader[Symbol.asyncIterator]();
  }

  async ask(command: PeerCommand): Promise<PeerReply> {
    this.#process.stdin.write(`${JSON.stringify(command)}\n`);
    const { value, done } = await this.#lines.next();
    const reply: PeerReply = done ? { error: 'it ended' } : JSON.parse(value);
    if (reply.error !== undefined) throw new Error(`PyTorch could not ${command.do}: ${reply.error}`);
    return reply;
  }

  async timeMs(command: PeerCommand): Promise<number> {
    return (await this.ask(command)).ms ?? Number.NaN;
  }

  dispose(): void {
    this.#reader.close();
    this.#process.kill();
  }
}

/** Whichever has PyTorch with torchvision; null where none has. */
export function pythonWithTorch(): string | null {
  const pythons = [process.env.PYTHON, 'python3', '/usr/bin/python3'].filter((name) => name !== undefined);
  const hasTorch = (python: string) => spawnSync(python, ['-c', 'import torch, torchvision'], { stdio: 'ignore' }).status === 0;
  return pythons.find(hasTorch) ?? null;
}
