/** Networks of torch's families, and what PyTorch gives for them: weights alone, an image, and the numbers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GivenFile } from '../given-file.ts';
import { fixture, sharedData } from './test-data.ts';

/** Raw maps of other methods, as PyTorch gave them, `[rows][columns]`. Singular vectors have no sign. */
interface CamFamily {
  readonly hiResCam: number[][];
  readonly layerCam: number[][];
  readonly gradCamPlusPlus: number[][];
  readonly xGradCam: number[][];
  readonly eigenCamUpToSign: number[][];
  readonly eigenGradCamUpToSign: number[][];
  readonly reciproCam: number[][];
  readonly scoreCamHalfPixel: number[][];
  readonly finerCamGradCam: { readonly against: readonly number[]; readonly score: number; readonly map: number[][] };
}

export interface NetworkExpected {
  /** `[height, width]` */
  readonly inputSize: readonly [number, number];
  /** What a person says of the network, because its weights do not. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly logits: readonly number[];
  readonly explanations: readonly {
    /** The path of torch's module whose output it is. */
    readonly layer: string;
    /** The node of `model.onnx` with the same output. */
    readonly onnxNode: string;
    readonly class: number;
    readonly gradCam: number[][];
    readonly fastAblationLogitDrop: number[][];
    /** For the first layer and the best class of some networks. */
    readonly camFamily?: CamFamily;
  }[];
}

export interface GoldenNetwork {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
}

/** Weights alone, or a whole module. */
const FILES = ['weights.safetensors', 'weights.pt'];

/** Those of the repository. */
export function goldenNetworks(): GoldenNetwork[] {
  const root = fixture('goldens/networks');
  return readdirSync(root).flatMap((name) =>
    FILES.filter((file) => existsSync(join(root, name, file))).map((file) => ({ name, folder: join(root, name), file })),
  );
}

const SHARED = sharedData('goldens/networks', 'networks of PyTorch as checkpoints are not compared with it');

/** Checkpoints of torchvision's own networks, made narrow. Its MiniInception is of no known architecture. */
export function sharedNetworks(): GoldenNetwork[] {
  if (!SHARED.isThere) return [];
  return readdirSync(SHARED.path)
    .filter((name) => name !== 'inception-like')
    .map((name) => ({ name: `${name}, a checkpoint`, folder: join(SHARED.path, name), file: 'weights.pth' }));
}

/** All of them as ONNX graphs, MiniInception too. */
export function onnxNetworks(): GoldenNetwork[] {
  if (!SHARED.isThere) return [];
  return readdirSync(SHARED.path).map((name) => ({ name: `${name}, an ONNX graph`, folder: join(SHARED.path, name), file: 'model.onnx' }));
}

/** One network in every way in which checkpoints are saved, by the file's name, and one of no known architecture. */
export function sharedCheckpoints(): { readonly same: readonly GoldenNetwork[]; readonly unknown: readonly GoldenNetwork[] } {
  if (!SHARED.isThere) return { same: [], unknown: [] };
  const folder = join(SHARED.path, 'resnet-basic');
  const same = readdirSync(join(folder, 'checkpoints')).map((file) => ({ name: file, folder, file: join('checkpoints', file) }));
  return { same, unknown: [{ name: 'inception-like', folder: join(SHARED.path, 'inception-like'), file: 'weights.pth' }] };
}

export function expectedOf({ folder }: GoldenNetwork): NetworkExpected {
  return JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
}

export function weightsOf({ folder, file }: GoldenNetwork): GivenFile {
  return { name: basename(file), bytes: Uint8Array.from(readFileSync(join(folder, file))) };
}

/**
 * What is compared on a backend: on WASM, which most people have, every layer. Plain JavaScript and a software GPU take minutes for that, so that
 * there the last layer of each network stands for all, unless `NETWORKS=all` asks for every one.
 */
export function explanationsOn(backend: string, { explanations }: NetworkExpected): NetworkExpected['explanations'] {
  return backend === 'wasm' || process.env.NETWORKS === 'all' ? explanations : explanations.slice(-1);
}

/**
 * The networks that are compared on a backend. All of them on WASM; elsewhere one in three stands for the others, whose kinds of layers the layer
 * grid holds on every backend.
 */
export function networksOn(backend: string, networks: readonly GoldenNetwork[]): readonly GoldenNetwork[] {
  return backend === 'wasm' || process.env.NETWORKS === 'all' ? networks : networks.filter((_, i) => i % 3 === 0);
}
