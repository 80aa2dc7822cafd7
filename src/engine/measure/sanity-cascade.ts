/**
 * The sanity check of Adebayo et al. (NeurIPS 2018, section 3): the network's weights are randomised from the top, block by block, and the
 * maps are computed anew. A map that stays the same does not depend on what the network has learnt.
 *
 * Weights are shuffled rather than drawn: each keeps its distribution, so that activations stay in a range in which maps mean something.
 */

import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { shuffled } from '../../core/statistics/random.ts';
import { withReport } from '../../explain/assemble.ts';
import { groupLayers } from '../../explain/layer-groups.ts';
import { methodOf } from '../../explain/methods/list.ts';
import { isNothing } from '../../explain/rounding.ts';
import type { Result, ResultEvent, Work } from '../../explain/work.ts';
import type { ExplainEvent } from '../../protocol/explain.ts';
import type { SanityEvent, SanityRequest } from '../../protocol/measure.ts';
import { type CutPass, disposeCutPass, methodContext, runCutPass } from '../graph/cut-pass.ts';
import type { LoadedModel, Network } from '../loading/loaded-model.ts';
import type { MethodContext } from '../methods/method.ts';
import { runMethod } from '../methods/registry.ts';

type Options = Pick<MethodContext, 'limits' | 'passesPerBatch' | 'ways' | 'exact' | 'signal'>;

/** A method's map, from what it reports. */
async function mapBy(
  network: Network,
  cut: CutPass,
  work: Work,
  { score, layer }: SanityRequest,
  options: Options,
): Promise<SaliencyMap | null> {
  const reports: ResultEvent[] = [];
  const emit = (event: ExplainEvent) => {
    if (event.kind !== 'logits' && event.kind !== 'progress') reports.push(event);
  };
  await runMethod(methodContext(network, cut, layer, { ...options, emit }), work);
  const result = reports.reduce<Result | null>((known, report) => withReport(work, known, report, cut.logits), null);
  const maps = result && methodOf(work.method).mapOf(result, score, null);
  // What rounding made is no map.
  return maps && !isNothing(maps.map) ? maps.raw : null;
}

/** The seed of each weight's shuffle: the same every time. */
function seedOf(name: string): number {
  return [...name].reduce((seed, letter) => (seed * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 11);
}

/**
 * @param onEvent told of every map of every stage; the first stage is the network as it is
 * @throws AppError, or the signal's reason when cancelled; nothing is left behind then
 */
export async function sanityCascade(
  model: LoadedModel,
  request: SanityRequest,
  options: Options,
  onEvent: (event: SanityEvent) => void,
): Promise<void> {
  const groups = groupLayers(model.info.layers).map(({ block, layers }) => ({ block, names: layers.map(({ name }) => name) }));
  const top = groups.toReversed();
  const total = (top.length + 1) * request.works.length;
  let done = 0;
  const run = async (network: Network, stage: number, title: string) => {
    const cut = await runCutPass(network, request, options.signal);
    try {
      for (const { id, work } of request.works) {
        const map = await mapBy(network, cut, work, request, options);
        done++;
        onEvent({ kind: 'stage', stage, title, id, map, done, total });
      }
    } finally {
      disposeCutPass(cut);
    }
  };
  await run(model, 0, 'as trained');
  const randomised = new Set<string>();
  for (const [i, { block, names }] of top.entries()) {
    options.signal?.throwIfAborted();
    // Layers of nested models are called by their model too; weights only by their own layer.
    for (const name of names) randomised.add(name.slice(name.lastIndexOf('/') + 1)).add(name);
    const changed = await model.withWeights((layer, weight, values) =>
      randomised.has(layer) ? shuffled(values, seedOf(`${layer}/${weight}`)) : values,
    );
    try {
      await run(changed, i + 1, block);
    } finally {
      changed.dispose();
    }
  }
}
