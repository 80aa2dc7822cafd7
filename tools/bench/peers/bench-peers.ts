/**
 * `npm run bench -- --peers`: PyTorch and, where it is installed, pytorch-grad-cam, timed in turn with ours on WASM: the same weights, the same
 * image, one thread each.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_ABLATION } from '../../../src/explain/ablation-plan.ts';
import { DEFAULT_SWEEP } from '../../../src/explain/input/input-settings.ts';
import { ablationCam } from '../../../src/explain/methods/ablation-cam.ts';
import { ablationSweepOf, ablationWork } from '../../../src/explain/methods/ablation-sweep.ts';
import { gradCam } from '../../../src/explain/methods/gradient/grad-cam.ts';
import { safetensorsWith } from '../../../src/formats/testing/sound-safetensors.ts';
import type { Reply } from '../../../src/protocol/ask.ts';
import { type BenchSubject, openSubject } from '../bench-subject.ts';
import { mediansOf, timeMs } from '../measure.ts';
import { Peer, type PeerReply, pythonWithTorch } from './peer-process.ts';
import { peerLayer, torchWeights } from './torch-weights.ts';

/** One thing that both sides do. */
export interface PeerRow {
  readonly what: string;
  /** What the other side does for it. */
  readonly peer: string;
  readonly oursMs: number;
  /** Null where the other side is not installed. */
  readonly peerMs: number | null;
  /** The largest difference of any logit, or of a map's value, as a share of the range; null where it was not compared. */
  readonly difference: number | null;
}

export interface PeerTimes {
  readonly device: string;
  readonly torch: string;
  /** The version of pytorch-grad-cam; null where it is not installed. */
  readonly library: string | null;
  readonly rows: readonly PeerRow[];
}

const SCORE = { classIndex: 0, kind: 'logit', versus: null, reading: 'softmax' } as const;
const EACH = { score: SCORE, ablation: DEFAULT_SWEEP };

/** The ends of blocks, and one in the middle. */
const LAYERS = ['conv5_block32_concat', 'conv5_block16_concat', 'conv4_block32_concat', 'conv3_block12_concat'];
const LAST = 'conv5_block32_concat';

const ROUNDS_OF_PASSES = 9;
const ROUNDS_OF_SWEEPS = 5;
/** A dense tail on a processor is no faster with larger ones. */
const BATCH = 16;
/** So long may the other side take once for cells of a layer; the rest is estimated. */
const MS_FOR_CELLS = 6000;

const LIBRARY = 'pytorch-grad-cam';

/** As a share of the range of what is expected. */
function differenceOf(found: ArrayLike<number>, expected: readonly number[]): number {
  const range = Math.max(...expected) - Math.min(...expected);
  return Math.max(...expected.map((value, i) => Math.abs(value - (found[i] ?? Number.NaN)))) / range;
}

class Sides {
  readonly #subject: BenchSubject;
  readonly #peer: Peer;
  readonly #library: string | null;

  constructor(subject: BenchSubject, peer: Peer, library: string | null) {
    this.#subject = subject;
    this.#peer = peer;
    this.#library = library;
  }

  async pass(expected: readonly number[]): Promise<PeerRow> {
    const subject = this.#subject;
    const { logits } = await subject.ask(LAST, null, true);
    const { ours, peer } = await mediansOf(
      { ours: () => timeMs(() => subject.ask(LAST, null, true)), peer: () => this.#peer.timeMs({ do: 'forward' }) },
      ROUNDS_OF_PASSES,
    );
    return { what: 'one forward pass', peer: 'PyTorch', oursMs: ours, peerMs: peer, difference: differenceOf(logits, expected) };
  }

  async gradCam(): Promise<PeerRow[]> {
    const layer = peerLayer(LAST);
    const ask = () => this.#subject.ask(LAST, gradCam.whole(EACH), true);
    const { result } = await ask();
    if (!result) throw new Error('the engine gave no map');
    const { map = [] } = await this.#peer.ask({ do: 'gradcam', layer });
    const difference = differenceOf(gradCam.mapOf(result, SCORE, null).raw.values, map);
    const library = this.#library === null ? {} : { library: () => this.#peer.timeMs({ do: 'library', method: 'GradCAM' }) };
    const times = await mediansOf<'ours' | 'peer' | 'library'>(
      { ours: () => timeMs(ask), peer: () => this.#peer.timeMs({ do: 'gradcam', layer }), ...library },
      ROUNDS_OF_PASSES,
    );
    const what = `Grad-CAM at ${LAST}`;
    return [
      { what, peer: 'PyTorch, by hand', oursMs: times.ours ?? 0, peerMs: times.peer ?? null, difference },
      { what, peer: LIBRARY, oursMs: times.ours ?? 0, peerMs: times.library ?? null, difference: null },
    ];
  }

  /** Theirs runs the whole network once for each channel: once is enough to see the difference. */
  async ablationCam(): Promise<PeerRow> {
    const { ours = 0 } = await mediansOf(
      { ours: () => timeMs(() => this.#subject.ask(LAST, ablationCam.whole(EACH), true)) },
      ROUNDS_OF_SWEEPS,
    );
    const peerMs = this.#library === null ? null : await this.#peer.timeMs({ do: 'library', method: 'AblationCAM' });
    return { what: `Ablation-CAM at ${LAST}`, peer: LIBRARY, oursMs: ours, peerMs, difference: null };
  }

  /** FastAblationCAM from a pass that each side has kept, beside the dense tail of a batch of copies, and a whole pass for each cell. */
  async sweep(name: string, passMs: number): Promise<PeerRow[]> {
    const subject = this.#subject;
    const info = subject.info.layers.find((each) => each.name === name);
    if (!info) throw new Error(`the model has no layer ${name}`);
    const layer = peerLayer(name);
    const count = info.rows * info.columns;
    const share = Math.max(0.01, info.tail.macs / subject.info.forward.macs);
    // Whole rows in the middle, as neighbours may share what they change.
    const rows = Math.min(info.rows, Math.max(1, Math.floor(MS_FOR_CELLS / (share * passMs) / info.columns)));
    const first = Math.floor((info.rows - rows) / 2) * info.columns;
    const cells = Array.from({ length: rows * info.columns }, (_, i) => first + i);
    const naive = cells.slice(0, Math.max(1, Math.floor(MS_FOR_CELLS / passMs)));
    const work = { ...ablationWork(DEFAULT_ABLATION), ...(cells.length < count && { items: Uint32Array.from(cells) }) };

    let ours: Reply | null = null;
    let theirs: PeerReply = {};
    await subject.ask(name, null, true);
    const times = await mediansOf(
      {
        ours: () =>
          timeMs(async () => {
            ours = await subject.ask(name, work, false);
          }),
        tail: async () => {
          theirs = await this.#peer.ask({ do: 'batch', layer, cells, size: BATCH });
          return theirs.ms ?? Number.NaN;
        },
        naive: () => this.#peer.timeMs({ do: 'naive', layer, cells: naive }),
      },
      ROUNDS_OF_SWEEPS,
    );
    const { result } = ours ?? (await subject.ask(name, work, false));
    if (!result) throw new Error('the engine gave no sweep');
    const { logits = [] } = theirs;
    const classes = logits.length / cells.length;
    const difference = differenceOf(ablationSweepOf(result).logits.subarray(first * classes), logits);
    const whole = (ms: number, of: number) => (ms / of) * count;
    const estimated = cells.length < count ? ` (from ${cells.length})` : '';
    const what = `FastAblationCAM at ${name}, ${count} cells${estimated}`;
    const oursMs = whole(times.ours, cells.length);
    return [
      { what, peer: `PyTorch, the dense tail of ${BATCH} copies at a time`, oursMs, peerMs: whole(times.tail, cells.length), difference },
      { what, peer: 'PyTorch, a whole pass for each cell', oursMs, peerMs: whole(times.naive, naive.length), difference: null },
    ];
  }
}

/** Null where no Python with PyTorch and torchvision can be had. */
export async function benchPeers(): Promise<PeerTimes | null> {
  const python = pythonWithTorch();
  if (python === null) return null;
  const folder = await mkdtemp(join(tmpdir(), 'bench-peers-'));
  const subject = await openSubject('wasm');
  const peer = new Peer(python);
  try {
    const [weights, input] = ['weights.safetensors', 'input.f32'].map((name) => join(folder, name)) as [string, string];
    await writeFile(weights, safetensorsWith(torchWeights(subject.artifacts)));
    await writeFile(input, new Uint8Array((await subject.input.data()).slice().buffer));
    const opened = await peer.ask({ do: 'open', weights, input, side: subject.info.input.width, threads: 1 });
    const { torch = '', library = null, logits = [] } = opened;
    const sides = new Sides(subject, peer, library);
    const pass = await sides.pass(logits);
    const sweeps: PeerRow[] = [];
    for (const name of LAYERS) sweeps.push(...(await sides.sweep(name, pass.peerMs ?? pass.oursMs)));
    const rows = [pass, ...(await sides.gradCam()), await sides.ablationCam(), ...sweeps];
    return { device: `${subject.device.backend} (${subject.device.adapter})`, torch, library, rows };
  } finally {
    peer.dispose();
    subject.dispose();
    await rm(folder, { recursive: true });
  }
}

/** What the end of conv4 is held to: swept faster than PyTorch's own dense tail. */
export function isHeldAgainstTail({ what, peer }: PeerRow): boolean {
  return what.includes('conv4_block32_concat') && peer.includes('dense tail');
}
