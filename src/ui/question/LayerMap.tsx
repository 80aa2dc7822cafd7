import { type KeyboardEvent, memo, useEffect, useId, useMemo, useRef, useState } from 'react';
import { canBeExplained, type LayerInfo } from '../../explain/layer-info.ts';
import { type LayerUnit, layerBlocks } from '../../explain/layer-units.ts';
import { CutName } from '../controls/CutName.tsx';
import { useApp } from '../store-context.tsx';
import { cutBlockName } from './cut-block-name.ts';
import { LayerFacts } from './LayerFacts.tsx';

const NONE: readonly LayerInfo[] = [];

/** Larger maps make taller columns: a step for every halving. */
function heightOf({ layers }: LayerUnit): number {
  const side = Math.max(...layers.map(({ rows, columns }) => Math.max(rows, columns)));
  return 20 + 6 * Math.log2(side);
}

interface LayerCellProps {
  readonly layer: LayerInfo;
  readonly id: string;
  readonly isChosen: boolean;
  readonly isAtCursor: boolean;
}

const LayerCell = memo(function LayerCell({ layer, id, isChosen, isAtCursor }: LayerCellProps) {
  return (
    <div
      id={id}
      role="gridcell"
      tabIndex={-1}
      aria-label={layer.name}
      aria-selected={isChosen}
      aria-disabled={layer.unsupportedReason !== null}
      className="layer-cell"
      data-role={layer.unsupportedReason === null ? layer.role : 'none'}
      data-cursor={isAtCursor || undefined}
      data-name={layer.name}
    />
  );
});

/** Where a key moves the cursor: up and down within a column and on into the next, across columns, by blocks, to an end. */
function moved(key: string, at: number, unitStarts: readonly number[], blockStarts: readonly number[], count: number): number | null {
  const unit = unitStarts.findLastIndex((start) => start <= at);
  const height = at - (unitStarts[unit] ?? 0);
  const inUnit = (index: number) => {
    const start = unitStarts[index];
    return start === undefined ? at : Math.min(start + height, (unitStarts[index + 1] ?? count) - 1);
  };
  switch (key) {
    case 'ArrowUp':
      return at + 1;
    case 'ArrowDown':
      return at - 1;
    case 'ArrowRight':
      return inUnit(unit + 1);
    case 'ArrowLeft':
      return inUnit(unit - 1);
    case 'PageDown':
      return blockStarts.find((start) => start > at) ?? count - 1;
    case 'PageUp':
      return blockStarts.findLast((start) => start < at) ?? 0;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/**
 * The network, depth to the right: blocks of columns, a column for each unit, as tall as its maps are large, and in it the layers from the first
 * one at the bottom upwards. Pointing at a layer, or moving to it by keyboard, tells about it; a click or Enter chooses it.
 */
export function LayerMap() {
  const layers = useApp(({ model }) => model.info?.layers ?? NONE);
  const chosen = useApp(({ view }) => view.layer);
  const chooseLayer = useApp((state) => state.chooseLayer);
  const [pointed, setPointed] = useState<string | null>(null);
  const [hasFocus, setHasFocus] = useState(false);
  const prefix = useId();
  const list = useRef<HTMLDivElement>(null);
  const blocks = useMemo(() => layerBlocks(layers), [layers]);
  const [unitStarts, blockStarts] = useMemo(() => {
    const ofUnits: number[] = [];
    const ofBlocks: number[] = [];
    let start = 0;
    for (const { units } of blocks) {
      ofBlocks.push(start);
      for (const unit of units) {
        ofUnits.push(start);
        start += unit.layers.length;
      }
    }
    return [ofUnits, ofBlocks];
  }, [blocks]);
  // On a narrow screen the drawing is wider than the page: what is chosen comes into sight, without moving the page itself.
  useEffect(() => {
    const cell = chosen && document.getElementById(`${prefix}-${chosen}`);
    const frame = list.current;
    if (blocks.length > 0 && cell && frame) frame.scrollLeft = cell.offsetLeft - frame.offsetLeft - frame.clientWidth / 2;
  }, [blocks, chosen, prefix]);

  const cursor = pointed ?? chosen;
  const at = layers.findIndex(({ name }) => name === cursor);
  const idOf = (name: string) => `${prefix}-${name}`;
  const choose = (name: string | null) => {
    const layer = layers.find((candidate) => candidate.name === name);
    if (layer && canBeExplained(layer)) chooseLayer(layer.name);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' || event.key === ' ') choose(cursor);
    else {
      const next = moved(event.key, at, unitStarts, blockStarts, layers.length);
      if (next === null) return;
      const layer = layers[Math.min(layers.length - 1, Math.max(0, next))];
      if (!layer) return;
      setPointed(layer.name);
      document.getElementById(idOf(layer.name))?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    }
    event.preventDefault();
  };
  const nameUnder = (target: EventTarget) => (target instanceof HTMLElement ? (target.dataset.name ?? null) : null);

  return (
    <section aria-labelledby="network-title" className="network">
      <h2 id="network-title" className="visually-hidden">
        Network
      </h2>
      <div
        ref={list}
        className="layer-map"
        role="grid"
        aria-label="Layer map"
        aria-describedby={`${prefix}-facts`}
        aria-disabled={layers.length === 0}
        aria-activedescendant={hasFocus && at >= 0 ? idOf(layers[at]?.name ?? '') : undefined}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onFocus={() => setHasFocus(true)}
        onBlur={() => {
          setHasFocus(false);
          setPointed(null);
        }}
        // Not "over": the drawing also scrolls below a pointer that rests while keys are used.
        onPointerMove={({ target }) => setPointed(nameUnder(target) ?? pointed)}
        onPointerLeave={() => !hasFocus && setPointed(null)}
        onClick={({ target }) => choose(nameUnder(target))}
      >
        {blocks.map(({ block, units }, i) => (
          // Blocks may come back in running order, so their names alone do not tell them apart.
          <div
            key={`${block}-${blockStarts[i]}`}
            role="rowgroup"
            aria-label={block}
            className="layer-block"
            style={{ '--units': units.length }}
          >
            <div className="layer-units" role="presentation">
              {units.map((unit) => (
                <div
                  key={unit.layers[0]?.name}
                  className="layer-unit"
                  style={{ '--unit-height': `${heightOf(unit)}px` }}
                  role="row"
                  tabIndex={-1}
                >
                  {unit.layers.map((layer) => (
                    <LayerCell
                      key={layer.name}
                      layer={layer}
                      id={idOf(layer.name)}
                      isChosen={layer.name === chosen}
                      isAtCursor={layer.name === cursor && (hasFocus || pointed !== null)}
                    />
                  ))}
                </div>
              ))}
            </div>
            <span className="layer-block-name" aria-hidden="true">
              <CutName name={block} {...cutBlockName(block)} />
            </span>
          </div>
        ))}
      </div>
      <p id={`${prefix}-facts`} className="layer-facts">
        {layers[at] ? <LayerFacts layer={layers[at]} hasName /> : 'The network is drawn once the model is loaded.'}
      </p>
    </section>
  );
}
