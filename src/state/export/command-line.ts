/** What does the same without the page: the command line that finds what is on screen. */
import { isSamePreprocessing, normalisationId, type Preprocessing } from '../../core/images/preprocessing.ts';
import type { SweepSettings } from '../../explain/input/input-settings.ts';
import { hasLookAlikes } from '../../explain/target.ts';
import type { ModelInfo } from '../../protocol/engine.ts';
import { commandLine, usualFor } from '../../sets/command-line/flags.ts';
import type { Asked } from '../../sets/command-line/settings.ts';
import { classNamed } from '../../sets/setting-values.ts';
import type { AppState } from '../app-state.ts';
import { ablationInView, selectedImage } from '../view/in-view.ts';

export interface CommandLine {
  /** What it is for. */
  readonly title: string;
  readonly text: string;
}

export interface CommandLines {
  readonly commands: readonly CommandLine[];
  /** What stands for something that only the person knows, in sentences. */
  readonly notes: readonly string[];
}

/** More files than these are better named by a pattern. */
const MOST_NAMED = 8;

type Model = AppState['model'];

/** What was chosen otherwise than the model's files say, or than is guessed of them. */
function usageOf({ card }: Model, info: ModelInfo): Partial<Asked> {
  if (!card) return {};
  const copy = card.copies && card.copies.chosen !== card.copies.names[0] ? card.copies.chosen : null;
  const chosen = (card.choices ?? []).filter((choice) => choice.chosen !== choice.options[0]?.id);
  return {
    ...(card.takesAnySize && { input: card.input }),
    ...(info.outputs.length > 1 && card.output !== null && { output: card.output }),
    ...(card.reading !== info.reading && { reading: card.reading }),
    ...preparation(card.preprocessing, info.preprocessing),
    copy,
    choice: Object.fromEntries(chosen.map((choice) => [choice.id, choice.chosen])),
  };
}

function preparation(own: Preprocessing, known: Preprocessing): Partial<Asked> {
  const { channels, scale, mean, std, fit, resampling = 'bilinear' } = own;
  const isSameValues = isSamePreprocessing({ ...known, channels, scale, mean, std }, known);
  return {
    ...(!isSameValues && { preprocessing: normalisationId(own) ?? { channels, scale, mean, std } }),
    ...(fit !== known.fit && { fit }),
    ...(resampling !== (known.resampling ?? 'bilinear') && { resampling }),
  };
}

function sweepOf({ window, stride, value, channelValue = 0, occlusion, rise }: SweepSettings): Partial<Asked> {
  return {
    window,
    stride,
    value,
    channels: channelValue,
    patch: occlusion.patch,
    'patch-stride': occlusion.stride,
    'patch-value': occlusion.value,
    masks: rise.count,
    seed: rise.seed,
  };
}

/** The images of the person's own, as a shell finds them; null where there are none, or too many to name. */
function ownImages(state: AppState): readonly string[] | null {
  const shown = selectedImage(state);
  const own = state.images.items.filter(({ sample }) => sample === null);
  if (shown && shown.sample !== null) return null;
  const paths = [...new Set(own.map(({ folder, name }) => (folder ? `${folder}/${name}` : name)))];
  return paths.length > 0 && paths.length <= MOST_NAMED ? paths : null;
}

/** Names of classes, unless only the page knows them, or several are called so; then numbers, unless another one is called like that. */
function classInWords({ card }: Model, info: ModelInfo, index: number): string {
  const names = card?.classNames ?? [];
  const name = names[index] ?? '';
  const isKnown = card?.givenNames.join() === info.givenNames.join() && card?.reading === info.reading;
  if (isKnown && name !== '' && classNamed(names, name) === index) return name;
  const [number, last] = [String(index), names.length];
  // However many zeros stand before it, it is the same number, and no name at some point.
  for (let zeros = 0; zeros <= last; zeros++) {
    const padded = '0'.repeat(zeros) + number;
    if (classNamed(names, padded) === index) return padded;
  }
  return number;
}

/** Where classes have no look-alikes, the page contrasts with none; nor does it contrast a class with itself. */
function versusInWords(model: Model, info: ModelInfo, { classIndex, versus }: AppState['view']): string | null {
  if (versus === classIndex) return null;
  if (typeof versus === 'number') return classInWords(model, info, versus);
  const { classNames = [], reading = info.reading } = model.card ?? {};
  return hasLookAlikes(classNames.length, reading) ? versus : null;
}

/** Null until a model is there. */
export function commandLinesOf(state: AppState): CommandLines | null {
  const { model, view, set, images } = state;
  const { card, info } = model;
  if (!card || !info || view.layer === null) return null;
  const entry = model.catalogue.find(({ id }) => id === card.id);
  const named = entry?.hubName ?? (entry?.isBuiltIn ? `public/models/${card.id}` : null);
  const isNamedAnew = card.nameSource === 'given' && card.givenNames.join() !== info.givenNames.join();
  const files = { model: named ?? 'MODEL', out: 'results', ...(isNamedAnew && { labels: 'NAMES.txt' }) };
  const own = ownImages(state);
  const { display, classIndex, layer, methods, backend } = view;
  const common: Partial<Asked> = { ...usageOf(model, info), ...display, ...(backend && { backend }) };
  const asked: Asked = {
    ...usualFor('explain'),
    ...common,
    // What cannot be had at the layer in view, the page leaves out, and the program refuses.
    ...sweepOf({ ...view.ablation, value: ablationInView(state).value }),
    layer,
    methods,
    class: classIndex === null ? null : classInWords(model, info, classIndex),
    target: card.reading === 'number' ? 'logit' : view.score,
    versus: versusInWords(model, info, view),
    stretch: images.wantsStretch,
  };
  const commands: CommandLine[] = [{ title: 'The maps on screen', text: commandLine('explain', own ?? ['IMAGES'], files, asked) }];
  const { kept } = set;
  if (kept && kept.modelId === card.id) {
    const { steps, replacement, sensitivity } = kept.settings;
    const measured: Asked = {
      ...usualFor('measure'),
      ...common,
      ...preparation(kept.preprocessing, info.preprocessing),
      ...sweepOf(kept.ablation),
      layer: kept.layer,
      methods: kept.methods,
      steps,
      replacement,
      ...(sensitivity
        ? { sensitivity: sensitivity.of, samples: sensitivity.samples, radius: sensitivity.radiusPercent }
        : { sensitivity: 'none' }),
      stretch: kept.isStretched ?? false,
    };
    commands.push({ title: 'The dataset', text: commandLine('measure', [kept.name], { ...files, out: 'measures' }, measured) });
  }
  const notes = [
    own
      ? 'Files are named as the page knows them, without the folders that lead to them.'
      : 'IMAGES stands for your images: files, folders or patterns.',
    named === null ? `MODEL stands for the file or folder of “${card.title}”.` : '',
    entry?.isBuiltIn && !entry.hubName ? `The folder ${named} is part of this page’s source.` : '',
    isNamedAnew ? 'NAMES.txt stands for the file of class names.' : '',
  ];
  return { commands, notes: notes.filter(Boolean) };
}
