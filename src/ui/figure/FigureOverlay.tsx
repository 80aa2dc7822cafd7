import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react';
import type { Frame, Size } from '../../core/images/geometry.ts';
import { cellAt, cellFrame, cellName, cellsBetween, middleOf, nearestOnInput, type Point, pointOnInput } from '../../core/maps/cells.ts';
import type { Grid } from '../../core/maps/grid.ts';
import type { SaliencyMap } from '../../core/maps/saliency-map.ts';
import { formatValue } from '../../core/reports/format.ts';
import { useApp } from '../store-context.tsx';

const NONE: readonly number[] = [];
/** In the image's pixels. */
const LEAST_BOX = 2;

/** Where the arrow keys lead from a cell; null for other keys. */
function moved({ rows, columns }: Grid, cell: number, key: string): number | null {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, row - 1) * columns + column;
    case 'ArrowDown':
      return Math.min(rows - 1, row + 1) * columns + column;
    case 'ArrowLeft':
      return row * columns + Math.max(0, column - 1);
    case 'ArrowRight':
      return row * columns + Math.min(columns - 1, column + 1);
    default:
      return null;
  }
}

/** The box between two corners, in the image's pixels. */
function boxBetween(a: Point, b: Point, frame: Frame): Frame {
  const [left, right] = [Math.min(a.x, b.x), Math.max(a.x, b.x)];
  const [top, bottom] = [Math.min(a.y, b.y), Math.max(a.y, b.y)];
  return {
    left: frame.left + left * frame.width,
    top: frame.top + top * frame.height,
    width: (right - left) * frame.width,
    height: (bottom - top) * frame.height,
  };
}

function Mark({ frame, kind }: { frame: Frame; kind: 'pointer' | 'removed' | 'box' }) {
  return <rect className={`cell-mark cell-${kind}`} x={frame.left} y={frame.top} width={frame.width} height={frame.height} />;
}

/** A map whose value is told at the pointer: on the layer's cells, or on those of another layer. */
export interface PointedMap {
  /** Where several are in one figure, which of them it is. */
  readonly title?: string;
  readonly map: SaliencyMap;
  /** Of the map's values. */
  readonly unit: string;
}

/** Its value there, in words. */
function valueWords({ title, map, unit }: PointedMap, pointer: Point): string {
  const value = map.values[cellAt(map, pointer)];
  const said = value === undefined || !Number.isFinite(value) ? 'not known yet' : `${formatValue(value)} ${unit}`;
  return title ? `${title} ${said}` : said;
}

interface FigureOverlayProps {
  readonly title: string;
  /** The layer's cells, which can be ablated in every figure. */
  readonly grid: Grid;
  readonly maps: readonly PointedMap[];
  readonly image: Size;
  readonly imageId: string;
  /** What of the image the network saw. */
  readonly frame: Frame;
}

/**
 * What lies over a figure: the cell that is pointed at, in every figure the same place, with its value; and the cells that are ablated. A click or
 * Enter ablates a cell, or puts it back, and a drag does so with a window of cells.
 */
export function FigureOverlay({ title, grid, maps, image, imageId, frame }: FigureOverlayProps) {
  const pointer = useApp(({ cells }) => cells.pointer);
  const removed = useApp(({ cells }) => cells.removed);
  const pointAt = useApp((state) => state.pointAt);
  const toggleCells = useApp((state) => state.toggleCells);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const box = useApp(({ faithfulness }) => faithfulness.box);
  const isDrawingBox = useApp(({ faithfulness }) => faithfulness.isDrawingBox);
  const setBox = useApp((state) => state.setBox);
  const [corner, setCorner] = useState<Point | null>(null);
  const surface = useRef<HTMLDivElement>(null);

  /** In shares of the image. */
  const placeOf = ({ clientX, clientY }: PointerEvent): Point | null => {
    const rect = surface.current?.getBoundingClientRect();
    return rect ? { x: (clientX - rect.left) / rect.width, y: (clientY - rect.top) / rect.height } : null;
  };
  const pointOf = (event: PointerEvent): Point | null => {
    const place = placeOf(event);
    return place && pointOnInput(place, image, frame);
  };
  const nearestOf = (event: PointerEvent): Point | null => {
    const place = placeOf(event);
    return place && nearestOnInput(place, image, frame);
  };
  const isDragging = corner !== null || dragFrom !== null;
  const onKeyDown = (event: KeyboardEvent) => {
    const from = pointer ? cellAt(grid, pointer) : 0;
    const to = moved(grid, from, event.key);
    if (to !== null) pointAt(middleOf(grid, pointer ? to : 0));
    else if (event.key === 'Enter' && pointer) toggleCells([cellAt(grid, pointer)]);
    else return;
    // The arrows walk through cells here, and not through images.
    event.preventDefault();
    event.stopPropagation();
  };

  const cell = pointer && cellAt(grid, pointer);
  const ownBox = box?.imageId === imageId ? box.box : null;
  const drawn = corner && pointer ? boxBetween(corner, pointer, frame) : ownBox;
  const ahead = pointer && dragFrom !== null ? cellsBetween(grid, dragFrom, cellAt(grid, pointer)) : NONE;
  const marked = new Set([...removed, ...ahead]);
  const values = pointer ? maps.map((map) => valueWords(map, pointer)).join('; ') : '';
  const words = cell === null ? '' : [cellName(grid, cell), values].filter(Boolean).join(': ');
  return (
    <>
      <div
        ref={surface}
        className="figure-overlay"
        // Something that has a value, and that keys move: screen readers leave it the arrow keys, and say each new value.
        role="slider"
        tabIndex={0}
        aria-valuemin={0}
        aria-valuemax={grid.rows * grid.columns - 1}
        aria-valuenow={cell ?? 0}
        aria-valuetext={words || 'no cell'}
        aria-label={`Cells of ${title}: the arrow keys move, Enter ablates a cell`}
        data-drawing={isDrawingBox || undefined}
        onPointerMove={(event) => pointAt(isDragging ? nearestOf(event) : pointOf(event))}
        onPointerLeave={() => {
          pointAt(null);
          setDragFrom(null);
        }}
        onPointerDown={(event) => {
          const point = pointOf(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          if (isDrawingBox) {
            setCorner(point);
            return;
          }
          if (point && event.button === 0) setDragFrom(cellAt(grid, point));
        }}
        onPointerUp={(event) => {
          const point = nearestOf(event);
          if (isDrawingBox) {
            const drawnBox = corner && point && boxBetween(corner, point, frame);
            // A click is no box.
            if (drawnBox && Math.min(drawnBox.width, drawnBox.height) >= LEAST_BOX) setBox({ imageId, box: drawnBox });
            setCorner(null);
            return;
          }
          if (point && dragFrom !== null) toggleCells(cellsBetween(grid, dragFrom, cellAt(grid, point)));
          setDragFrom(null);
        }}
        // A finger that turns out to scroll the page takes nothing away.
        onPointerCancel={() => {
          setDragFrom(null);
          setCorner(null);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => pointAt(null)}
      >
        <svg viewBox={`0 0 ${image.width} ${image.height}`} preserveAspectRatio="none" aria-hidden="true">
          {[...marked].map((id) => (
            <Mark key={id} frame={cellFrame(grid, frame, id)} kind="removed" />
          ))}
          {drawn && <Mark frame={drawn} kind="box" />}
          {cell !== null && <Mark frame={cellFrame(grid, frame, cell)} kind="pointer" />}
        </svg>
      </div>
      {/* In the corner of the box, where it stays in sight however far the image is enlarged. */}
      <p className="cell-value">{words}</p>
    </>
  );
}
