/** All families of architectures that are known by the names and shapes of their weights. */
import { resnet } from './families/resnet.ts';
import type { ArchitectureFamily } from './family.ts';

export const FAMILIES: readonly ArchitectureFamily[] = [resnet];
