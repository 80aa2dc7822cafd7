/**
 * What the page gets is what the engine found: buffers are moved to the page, not copied, so a method may read nothing that it has reported.
 * Every method runs on both sides of a real message channel; the number of channels, cells and masks makes several batches.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../explain/work.ts';
import { WorkerEngine } from '../protocol/worker/worker-engine.ts';
import { serveEngine } from '../protocol/worker/worker-server.ts';
import type { LocalEngine } from './local-engine.ts';
import { engineWith, explain, testManifest, unevenImage, WORK_KINDS } from './testing/test-engine.ts';
import { denseModel } from './testing/tiny-models.ts';

const SIDE = 8;
const IMAGE = { id: 'uneven', pixels: unevenImage(SIDE, SIDE) };
const BATCH_BYTES = 16_384;

/** Without what it took, which differs from run to run. */
function numbersOf(results: readonly Result[]) {
  return results.map((result) => ({ ...result, durationMs: 0, forwardMs: 0 }));
}

describe('across the thread border', () => {
  let engine: LocalEngine;
  let page: WorkerEngine;
  const { port1, port2 } = new MessageChannel();

  beforeAll(async () => {
    engine = await engineWith('cpu', await denseModel(SIDE, SIDE), testManifest(SIDE, SIDE));
    serveEngine(engine, port2);
    port2.start();
    port1.start();
    // The listener types of a real worker are narrower than those of a port.
    page = new WorkerEngine(port1 as unknown as ConstructorParameters<typeof WorkerEngine>[0]);
  });
  afterAll(() => {
    port1.close();
    port2.close();
    engine.dispose();
  });

  it.each(WORK_KINDS)('%s is what the engine finds', async (method) => {
    const question = { image: IMAGE, layer: 'first', classIndex: 1, score: 'logit', methods: [method], budgetBytes: BATCH_BYTES } as const;
    const own = await explain(engine, question);
    const { results } = await explain(page, question);
    expect(results).toHaveLength(1);
    expect(numbersOf(results)).toEqual(numbersOf(own.results));
  });
});
