/** What a whole module says of itself beside its weights. Weights alone leave it open, and families assume it. */
import type { Json } from '../../network/artifacts.ts';
import type { Pair } from '../blocks/pair.ts';

/** Windows of a convolution or a pooling; null where the module does not say it in numbers. */
interface Window {
  readonly stride: Pair | null;
  /** `same`: as TensorFlow pads. */
  readonly padding: Pair | 'same' | null;
}

type Sides = readonly [left: number, right: number, top: number, bottom: number];

export type ModuleFact =
  | ({ readonly kind: 'convolution'; readonly dilation: Pair | null; readonly standardisedBy: number | null } & Window)
  | {
      readonly kind: 'normalisation';
      readonly of: 'batch' | 'layer' | 'channel' | 'group' | 'instance' | 'other';
      readonly epsilon: number;
      readonly groups: number | null;
    }
  | { readonly kind: 'activation'; readonly activation: Json }
  | ({
      readonly kind: 'max-pooling' | 'average-pooling';
      readonly size: Pair;
      readonly ceilMode: boolean;
      readonly countsPadding: boolean;
    } & Window)
  | { readonly kind: 'adaptive-average-pooling' | 'adaptive-max-pooling'; readonly size: Pair }
  /** timm's, by 1 2 1. */
  | { readonly kind: 'blur'; readonly stride: number }
  | { readonly kind: 'zero-padding'; readonly sides: Sides }
  /** By one value, or by the map's own. */
  | { readonly kind: 'padding'; readonly sides: Sides; readonly mode: 'constant' | 'edge' | 'reflect'; readonly value: number }
  | { readonly kind: 'local-response'; readonly size: number; readonly alpha: number; readonly beta: number; readonly bias: number }
  | { readonly kind: 'upsampling'; readonly factors: Pair; readonly interpolation: 'nearest' | 'bilinear' }
  | { readonly kind: 'shuffle'; readonly groups: number }
  /** Nothing where a network only runs, such as dropout. */
  | { readonly kind: 'nothing' | 'flatten' | 'linear' }
  /** What the outputs mean: softmax, or its logarithm. */
  | { readonly kind: 'softmax' }
  /** Modules that run one after the other. */
  | { readonly kind: 'sequence'; readonly children: readonly string[] }
  /** What trains a network that is in it, and computes what that computes. */
  | { readonly kind: 'around'; readonly inner: string }
  /** Whatever else it is: the class with its module in Python, or what is wrong with one that is known. */
  | {
      readonly kind: 'module';
      readonly of: string;
      /** Whether it is of torch's or of a library whose networks are known here. */
      readonly isKnown: boolean;
      readonly fault: string | null;
      /** Whether it adds its input to its result, where it says so. */
      readonly hasShortcut: boolean | null;
    };

/** By their paths, without what stands before the network's own names. Empty where a file has weights alone. */
export type ModuleFacts = ReadonlyMap<string, ModuleFact>;

type FactOf<Kind extends ModuleFact['kind']> = Extract<ModuleFact, { readonly kind: Kind }>;

export function epsilonIn(fact: ModuleFact | undefined): number | null {
  return fact?.kind === 'normalisation' ? fact.epsilon : null;
}

/** TorchScript may know of a convolution no more than that it is one. */
export function saysItsStride(fact: ModuleFact | undefined): boolean {
  return fact?.kind === 'convolution' && fact.stride !== null;
}

export type PoolingFact = FactOf<'max-pooling' | 'average-pooling'>;

export function isWindowPooling(fact: ModuleFact | undefined): fact is PoolingFact {
  return fact?.kind === 'max-pooling' || fact?.kind === 'average-pooling';
}
