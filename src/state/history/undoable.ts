/** The settings and marks that undo and redo put back. */
import type { AppState } from '../app-state.ts';
import type { AppStore } from '../slice.ts';
import type { ViewSlice } from '../view/view-state.ts';
import type { History } from './history.ts';

const VIEW_KEYS = [
  'layer',
  'askedLayer',
  'classIndex',
  'score',
  'versus',
  'ablation',
  'methods',
  'order',
  'memoryMb',
  'engines',
  'display',
] as const;

type ViewPart = Pick<ViewSlice['view'], (typeof VIEW_KEYS)[number]>;

interface Undoable extends ViewPart {
  readonly preprocessing: NonNullable<AppState['model']['card']>['preprocessing'];
  readonly reading: NonNullable<AppState['model']['card']>['reading'];
  readonly measure: AppState['faithfulness']['settings'];
  readonly box: AppState['faithfulness']['box'];
  readonly removed: readonly number[];
}

type Key = keyof Undoable;

const TITLES: Readonly<Record<Key, string>> = {
  layer: 'choice of layer',
  askedLayer: 'choice of layer',
  classIndex: 'choice of class',
  score: 'choice of score',
  versus: 'choice of the class to contrast with',
  ablation: 'ablation settings',
  methods: 'methods shown',
  order: 'order of sweeps',
  memoryMb: 'size of batches',
  engines: 'number of engines',
  display: 'display',
  preprocessing: 'network input',
  reading: 'meaning of outputs',
  measure: 'settings of measures',
  box: 'box',
  removed: 'ablated cells',
};

/** Marks on one image: they come back with it. */
const MARKS: readonly Key[] = ['box', 'removed'];

interface Watched {
  /** Null until a model is there whose layers and classes the settings name. */
  readonly modelId: string | null;
  readonly imageId: string | null;
  readonly values: Undoable | null;
}

export function undoableIn({ model, view, images, cells, faithfulness }: AppState): Watched {
  const { card, info } = model;
  if (!card || !info) return { modelId: null, imageId: images.selectedId, values: null };
  const { layer, askedLayer, classIndex, score, versus, ablation, methods, order, memoryMb, engines, display } = view;
  const own = { layer, askedLayer, classIndex, score, versus, ablation, methods, order, memoryMb, engines, display };
  const { preprocessing, reading } = card;
  const marks = { box: faithfulness.box, removed: cells.removed };
  return {
    modelId: card.id,
    imageId: images.selectedId,
    values: { ...own, preprocessing, reading, measure: faithfulness.settings, ...marks },
  };
}

function keysThatDiffer(before: Undoable, after: Undoable): Key[] {
  return (Object.keys(TITLES) as Key[]).filter((key) => before[key] !== after[key]);
}

export function isSameUndoable(a: Watched, b: Watched): boolean {
  if (a.modelId !== b.modelId || a.imageId !== b.imageId) return false;
  return !a.values || !b.values || keysThatDiffer(a.values, b.values).length === 0;
}

function picked<Whole extends object, Name extends keyof Whole>(whole: Whole, names: readonly Name[]): Pick<Whole, Name> {
  return Object.fromEntries(names.map((name) => [name, whole[name]])) as Pick<Whole, Name>;
}

/** What a movement of one slider changes, and nothing else does; null for changes that stand by themselves. */
function kindOf(keys: readonly Key[], before: Undoable, after: Undoable): string | null {
  const [key, another] = keys;
  if (another !== undefined || (key !== 'display' && key !== 'ablation')) return null;
  const [a, b]: readonly object[] = [before[key], after[key]];
  const fields = Object.entries(a ?? {}).filter(([name, value]) => (b as Readonly<Record<string, unknown>>)[name] !== value);
  const [[field, value] = ['', null], more] = fields;
  return more === undefined && typeof value === 'number' ? `${key}.${field}` : null;
}

/** Puts these values back, on the image that marks belong to. */
function putBack({ getState, setState }: AppStore, keys: readonly Key[], values: Undoable, imageId: string | null): void {
  const ofView = VIEW_KEYS.filter((key) => keys.includes(key));
  const hasMarks = keys.some((key) => MARKS.includes(key));
  const { images, selectImage, setPreprocessing, setReading, setMeasure } = getState();
  const isThere = images.items.some(({ id }) => id === imageId);
  if (hasMarks && isThere && imageId !== null) selectImage(imageId);
  if (ofView.length > 0) setState(({ view }) => ({ view: { ...view, ...picked(values, ofView) } }));
  if (keys.includes('preprocessing')) setPreprocessing(values.preprocessing);
  if (keys.includes('reading')) setReading(values.reading);
  if (keys.includes('measure')) setMeasure(values.measure);
  // The image may have been removed since: its marks went with it.
  if (!hasMarks || !isThere) return;
  if (keys.includes('box')) getState().setBox(values.box);
  // Last: cells belong to a layer, and go with it.
  if (keys.includes('removed')) getState().setCells(values.removed);
}

/** Records what a change of the settings and marks was, whoever made it. */
export function recordChange(store: AppStore, history: History, now: Watched, before: Watched): void {
  if (before.modelId !== now.modelId) {
    history.keepOnly(now.modelId);
    return;
  }
  const [from, to] = [before.values, now.values];
  if (history.isReplaying || !from || !to || from.layer === null) return;
  // Another image has no marks yet: the former one's are no loss.
  const keys = keysThatDiffer(from, to).filter((key) => before.imageId === now.imageId || !MARKS.includes(key));
  const [first] = keys.includes('layer') ? ['layer' as const] : keys;
  if (!first) return;
  history.record({
    title: TITLES[first],
    kind: kindOf(keys, from, to),
    modelId: now.modelId,
    undo: () => putBack(store, keys, from, before.imageId),
    redo: () => putBack(store, keys, to, now.imageId),
  });
}
