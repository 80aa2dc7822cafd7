import { costWords } from '../../core/reports/format.ts';
import type { LayerInfo } from '../../explain/layer-info.ts';
import { expectedCost } from '../../state/explanation/expected-cost.ts';
import { useApp } from '../store-context.tsx';

/** A layer's kind, shape and cells, and what a sweep of it would take; or why it cannot be explained. */
export function LayerFacts({ layer, hasName = false }: { layer: LayerInfo; hasName?: boolean }) {
  const cost = useApp((state) => costWords(expectedCost(state, 'fast-ablation-cam', layer)));
  const { name, kind, rows, columns, channels, unsupportedReason } = layer;
  const facts = unsupportedReason === null ? [`${kind}, ${rows} × ${columns} × ${channels}`, cost] : [kind, unsupportedReason];
  return (
    <>
      {hasName && <strong>{name}</strong>}
      {hasName && ' · '}
      {facts.filter(Boolean).join(' · ')}
    </>
  );
}
