/** The inverted residual blocks of torchvision's MobileNet V3 and EfficientNets: one `Sequential` of units and of squeeze and excitation. */
import type { Json } from '../../network/artifacts.ts';
import type { StateDict } from '../state-dict.ts';
import { convNormActivation, withShortcut } from './conv-norm-activation.ts';
import type { LayerName } from './layer-list.ts';
import type { NetworkBuilder } from './network-builder.ts';
import { squeezeExcitation } from './squeeze-excitation.ts';

export interface BlockSettings {
  readonly stride: number;
  readonly activation: Json;
  readonly epsilon: number;
  /** Of squeeze and excitation. */
  readonly excitation: { readonly activation: Json; readonly gate: Json };
}

/** What the shapes of a block's weights say of it. */
export interface BlockShape {
  readonly name: string;
  /** The side of its largest kernel. */
  readonly kernel: number;
  readonly hasExcitation: boolean;
  /** Whether that kernel takes every channel by itself. */
  readonly isDepthwise: boolean;
  readonly takes: number;
  readonly gives: number;
}

function isExcitation(state: StateDict, module: string): boolean {
  return state.has(`${module}.fc1.weight`);
}

function unitsOf(state: StateDict, name: string): string[] {
  return Array.from({ length: state.countOf(`${name}.block`) }, (_, i) => `${name}.block.${i}`);
}

export function blockShape(state: StateDict, name: string): BlockShape {
  const units = unitsOf(state, name);
  const shapes = units.filter((unit) => !isExcitation(state, unit)).map((unit) => state.shapeOf(`${unit}.0.weight`) ?? []);
  const kernel = Math.max(0, ...shapes.map(([, , rows = 0]) => rows));
  const largest = shapes.find(([, , rows]) => rows === kernel) ?? [];
  const first = shapes[0] ?? [];
  const isDepthwiseFirst = first[1] === 1 && (first[2] ?? 1) > 1;
  return {
    name,
    kernel,
    hasExcitation: units.some((unit) => isExcitation(state, unit)),
    isDepthwise: largest[1] === 1,
    takes: first[isDepthwiseFirst ? 0 : 1] ?? 0,
    gives: shapes.at(-1)?.[0] ?? 0,
  };
}

export function sequentialBlock(network: NetworkBuilder, shape: BlockShape, x: LayerName, settings: BlockSettings): LayerName {
  const { name, kernel } = shape;
  const { state } = network;
  const { stride, activation, epsilon, excitation } = settings;
  const units = unitsOf(state, name);
  let y = x;
  let isStrided = false;
  for (const [i, unit] of units.entries()) {
    if (isExcitation(state, unit)) {
      y = squeezeExcitation(network, unit, y, excitation);
      continue;
    }
    const isLargest: boolean = !isStrided && state.shapeOf(`${unit}.0.weight`)?.[2] === kernel;
    isStrided ||= isLargest;
    // The last one projects, unless it is the only one.
    const own = i > 0 && i === units.length - 1 ? null : activation;
    y = convNormActivation(network, unit, y, { activation: own, epsilon, stride: isLargest ? stride : 1 });
  }
  return withShortcut(network, name, x, network.alsoCalled(y, `${name}.block`), stride === 1);
}
