import type { BackendName } from '../../protocol/engine.ts';

/** The backends as people know them. */
export const BACKEND_TITLES: Readonly<Record<BackendName, string>> = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'Plain JavaScript' };
