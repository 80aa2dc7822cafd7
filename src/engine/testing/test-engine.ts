import { DEFAULT_ABLATION } from '../../core/ablation-plan.ts';
import type { ModelManifest } from '../../core/manifest.ts';
import { TORCH_PREPROCESSING } from '../../core/preprocessing.ts';
import type { ModelArtifacts } from '../../formats/artifacts.ts';
import type { BackendName, ExplainEvent, ExplainRequest, MethodResult, RgbaPixels } from '../../protocol/engine.ts';
import { LocalEngine } from '../local-engine.ts';
import { nodeDeviceEnvironment } from '../node/node-device.ts';

/** A manifest for a model whose input is `height x width`. */
export function testManifest(height: number, width: number, change: Partial<ModelManifest> = {}): ModelManifest {
  return {
    title: 'Test model',
    description: '',
    input: { width, height },
    preprocessing: TORCH_PREPROCESSING,
    outputActivation: 'softmax',
    classNames: [],
    origin: 'made by a test',
    licence: 'MIT',
    files: [],
    ...change,
  };
}

/** A started engine with this model loaded. */
export async function engineWith(
  backend: BackendName,
  artifacts: ModelArtifacts,
  manifest: ModelManifest,
  budgetBytes?: number,
): Promise<LocalEngine> {
  const engine = new LocalEngine({
    device: await nodeDeviceEnvironment(),
    openModel: async () => ({ artifacts, manifest, remark: '' }),
    ...(budgetBytes !== undefined && { budgetBytes }),
  });
  const info = await engine.start(backend);
  if (info.backend !== backend) throw new Error(`${backend} was asked for, ${info.backend} was opened: ${info.remark}`);
  await engine.loadModel({ kind: 'folder', id: 'test', url: '' }, () => {});
  return engine;
}

/** A request; where it says nothing, cells are silenced one by one, and the class stands by itself. */
type TestRequest = Omit<ExplainRequest, 'versus' | 'ablation'> & Partial<ExplainRequest>;

export function requestOf(request: TestRequest): ExplainRequest {
  return { versus: null, ablation: DEFAULT_ABLATION, ...request };
}

/** Runs one request and gathers what it reported. */
export async function explain(engine: LocalEngine, request: TestRequest, signal?: AbortSignal) {
  const events: ExplainEvent[] = [];
  await engine.explain(requestOf(request), (event) => events.push(event), signal);
  const logits = events.find((event) => event.kind === 'logits')?.logits ?? new Float32Array();
  const results = events.flatMap((event) => (event.kind === 'result' ? [event.result] : []));
  return { events, logits, results };
}

/** The result of one method, or an error that says it is missing. */
export function resultOf<Id extends MethodResult['method']>(
  results: readonly MethodResult[],
  method: Id,
): Extract<MethodResult, { method: Id }> {
  const found = results.find((result): result is Extract<MethodResult, { method: Id }> => result.method === method);
  if (!found) throw new Error(`no result of ${method}`);
  return found;
}

/** A picture of one colour. */
export function plainPicture(width: number, height: number, value = 0): RgbaPixels {
  const data = new Uint8ClampedArray(width * height * 4).fill(value);
  for (let i = 3; i < data.length; i += 4) data[i] = 255;
  return { width, height, data };
}
